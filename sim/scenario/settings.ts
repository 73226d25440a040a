import { isRecord } from './plain-data.ts';
import type { PlacedDocument } from './document.ts';
import { Places } from './places.ts';
import type { Path, Place } from './places.ts';
import { scenarioSchema } from './schema.ts';

/** Settings stand in no file. */
const COMMAND_LINE: Place = { file: '--set', line: 0, column: 0 };

/** A document with the settings of the file itself applied; those of layers are left for where the stacks are read. */
export interface SetDocument {
  readonly document: PlacedDocument;
  readonly layerSettings: Readonly<Record<string, unknown>>;
}

/** Applies `duration: 60s`, `world.traffic.shoppers.deadline: 2s` and the like over what the file says. */
export function withSettings(document: PlacedDocument, settings: Readonly<Record<string, unknown>>): SetDocument {
  const { places } = document;
  let { value } = document;
  const layerSettings = new Map<string, unknown>();
  for (const [setting, wanted] of Object.entries(settings)) {
    const steps = setting.split('.');
    if (isRecord(value) && Object.hasOwn(scenarioSchema.shape, steps[0])) {
      const path = pathIn(value, steps);
      value = withValueAt(value, path, wanted);
      markAsSet(document, path);
    } else {
      places.below(setting).value = COMMAND_LINE;
      layerSettings.set(setting, wanted);
    }
  }
  return { document: { ...document, value }, layerSettings: Object.fromEntries(layerSettings) };
}

/** Lists of named things (traffic, faults) can be addressed by name, and every list by index. */
function pathIn(value: unknown, steps: readonly string[]): Path {
  let at: unknown = value;
  return steps.map((step) => {
    const here = at;
    if (!Array.isArray(here)) {
      at = isRecord(here) && Object.hasOwn(here, step) ? here[step] : undefined;
      return step;
    }
    const index = here.findIndex((one, i) => String(i) === step || (isRecord(one) && one['name'] === step));
    at = here[index] as unknown;
    return index < 0 ? step : index;
  });
}

function withValueAt(tree: unknown, path: Path, value: unknown): unknown {
  if (path.length === 0) return value;
  const [step, ...rest] = path;
  if (Array.isArray(tree) && typeof step === 'number') {
    return tree.map((one: unknown, i) => (i === step ? withValueAt(one, rest, value) : one));
  }
  const here = isRecord(tree) ? tree : {};
  const below = Object.hasOwn(here, step) ? here[step] : undefined;
  return { ...here, [step]: withValueAt(below, rest, value) };
}

function markAsSet({ places }: PlacedDocument, path: Path): void {
  let at = places;
  for (const step of path.slice(0, -1)) {
    at = at.below(step);
    at.value ??= COMMAND_LINE;
  }
  at.replace(path.at(-1)!, new Places(COMMAND_LINE));
}
