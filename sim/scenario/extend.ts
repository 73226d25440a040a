import { Complaints } from './complaints.ts';
import { readDocument } from './document.ts';
import { isRecord } from './plain-data.ts';
import type { PlacedDocument } from './document.ts';
import type { Places } from './places.ts';
import { ScenarioError } from './scenario-error.ts';

/** Reads the text of the file that `extends` names, as seen from `from`. Returns its text and the name it goes by. */
export type ReadBase = (name: string, from: string) => { text: string; file: string };

/** Longest chain of files that extend each other. */
export const MOST_BASES = 8;

/** A document with all that it extends under it. Throws `ScenarioError` where that cannot be read. */
export function withBases(document: PlacedDocument, readBase: ReadBase | undefined): PlacedDocument {
  return extend(document, readBase, [document.file]);
}

function extend(document: PlacedDocument, readBase: ReadBase | undefined, chain: readonly string[]): PlacedDocument {
  const name = isRecord(document.value) ? document.value['extends'] : undefined;
  if (typeof name !== 'string') return document;
  const complaints = new Complaints(document.file, document.places);
  if (readBase === undefined) complaints.at(['extends'], 'this scenario cannot extend a file here');
  else if (chain.length > MOST_BASES) complaints.at(['extends'], `more than ${MOST_BASES} files extend each other`);
  complaints.throwAny();
  let base: { text: string; file: string } | undefined;
  try {
    base = readBase!(name, document.file);
  } catch (error) {
    const why = error instanceof ScenarioError ? error.problems[0].message : (error as Error).message;
    complaints.at(['extends'], `cannot read \`${name}\`: ${why}`);
  }
  if (base !== undefined && chain.includes(base.file)) {
    const circle = [...chain.slice(chain.indexOf(base.file)), base.file].join(' extends ');
    complaints.at(['extends'], `files extend each other in a circle: ${circle}`);
  }
  complaints.throwAny();
  const { text, file } = base!;
  return extendDocument(extend(readDocument(text, file), readBase, [...chain, file]), document);
}

/**
 * A document over its base. Maps are merged; lists, plain values and distributions take the place of what was there.
 * Places follow what they belong to.
 */
export function extendDocument(base: PlacedDocument, over: PlacedDocument): PlacedDocument {
  const { file, places } = over;
  const problems = [...base.problems, ...over.problems];
  if (!isRecord(base.value) || !isRecord(over.value)) return { file, value: over.value, places, problems };
  return { file, value: merge(base.value, over.value, base.places, places, []), places: base.places, problems };
}

function merge(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
  places: Places,
  overPlaces: Places,
  path: readonly string[],
): Record<string, unknown> {
  const result = new Map(Object.entries(base));
  if (overPlaces.value !== undefined) places.value = overPlaces.value;
  for (const [name, value] of Object.entries(over)) {
    const at = [...path, name];
    const below = result.get(name);
    if (isRecord(below) && isRecord(value) && !isReplaced(at)) {
      const placesBelow = places.below(name);
      placesBelow.key = overPlaces.below(name).key;
      result.set(name, merge(below, value, placesBelow, overPlaces.below(name), at));
    } else {
      result.set(name, value);
      places.replace(name, overPlaces.below(name));
    }
  }
  return Object.fromEntries(result);
}

/** Fields of a service that hold a distribution: half of one family and half of another would be none. */
const DISTRIBUTIONS = new Set(['serviceTime', 'demand', 'noise', 'slowness', 'coldStart']);

function isReplaced(path: readonly string[]): boolean {
  return path.length === 4 && path[0] === 'world' && path[1] === 'services' && DISTRIBUTIONS.has(path[3]);
}
