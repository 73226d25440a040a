import { isRecord, valueAt } from './plain-data.ts';
import type { PlacedDocument } from './document.ts';
import { Places } from './places.ts';
import type { Path, Place } from './places.ts';
import { scenarioSchema } from './schema.ts';

/** Where a setting stands that stands in no file. */
export const COMMAND_LINE: Place = { file: '--set', line: 0, column: 0 };

/** Names by which an entry can be added to a list of named things. */
const NEW_NAME = /^[A-Za-z][\w-]*$/;

/** A document with the settings of the file itself applied; those of layers are left for where the stacks are read. */
export interface SetDocument {
  readonly document: PlacedDocument;
  readonly layerSettings: Readonly<Record<string, unknown>>;
}

/**
 * Applies `duration: 60s`, `world.traffic.shoppers.deadline: 2s` and the like over what the file says. A map under a new
 * name in a list of named things (`world.faults.surge: { … }`) is added to the list.
 * @param placeOf where a setting stands, for what is wrong with it
 */
export function withSettings(
  document: PlacedDocument,
  settings: Readonly<Record<string, unknown>>,
  placeOf: (setting: string) => Place = () => COMMAND_LINE,
): SetDocument {
  const { places } = document;
  let { value } = document;
  const layerSettings = new Map<string, unknown>();
  for (const [setting, wanted] of Object.entries(settings)) {
    const steps = setting.split('.');
    if (isRecord(value) && Object.hasOwn(scenarioSchema.shape, steps[0])) {
      const path = pathIn(value, steps);
      value = withValueAt(value, path, namedWhereAdded(value, path, steps, wanted));
      markAsSet(document, path, placeOf(setting));
    } else {
      places.below(setting).value = placeOf(setting);
      layerSettings.set(setting, wanted);
    }
  }
  return { document: { ...document, value }, layerSettings: Object.fromEntries(layerSettings) };
}

/** Lists of named things (traffic, faults) can be addressed by name, and every list by index. */
export function pathIn(value: unknown, steps: readonly string[]): Path {
  let at: unknown = value;
  return steps.map((step, depth) => {
    const here = at ?? (isNamedList(steps.slice(0, depth)) ? [] : undefined);
    if (!Array.isArray(here)) {
      at = isRecord(here) && Object.hasOwn(here, step) ? here[step] : undefined;
      return step;
    }
    const index = here.findIndex((one, i) => String(i) === step || (isRecord(one) && one['name'] === step));
    at = here[index] as unknown;
    if (index >= 0) return index;
    return depth === steps.length - 1 && depth > 0 && NEW_NAME.test(step) ? here.length : step;
  });
}

/** Whether a path leads to a list of named things, be it written or not. */
function isNamedList(steps: readonly string[]): boolean {
  return /^(world\.(faults|traffic)|autoscalers|edges\.\d+\.layers)$/.test(steps.join('.'));
}

/** What is added to a list under a name says so itself. */
function namedWhereAdded(value: unknown, path: Path, steps: readonly string[], wanted: unknown): unknown {
  const [step, written] = [path.at(-1), steps.at(-1)!];
  const isAdded = typeof step === 'number' && NEW_NAME.test(written) && isRecord(wanted);
  return isAdded && valueAt(value, path) === undefined ? { name: written, ...wanted } : wanted;
}

function withValueAt(tree: unknown, path: Path, value: unknown): unknown {
  if (path.length === 0) return value;
  const [step, ...rest] = path;
  if (Array.isArray(tree) && step === tree.length) return [...(tree as unknown[]), withValueAt(undefined, rest, value)];
  if (Array.isArray(tree) && typeof step === 'number') {
    return tree.map((one: unknown, i) => (i === step ? withValueAt(one, rest, value) : one));
  }
  if (tree === undefined && typeof step === 'number') return [withValueAt(undefined, rest, value)];
  const here = isRecord(tree) ? tree : {};
  const below = Object.hasOwn(here, step) ? here[step] : undefined;
  return { ...here, [step]: withValueAt(below, rest, value) };
}

function markAsSet({ places }: PlacedDocument, path: Path, place: Place): void {
  let at = places;
  for (const step of path.slice(0, -1)) {
    at = at.below(step);
    at.value ??= place;
  }
  at.replace(path.at(-1)!, new Places(place));
}
