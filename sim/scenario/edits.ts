import type { Registry } from '../controllers/registry.ts';
import type { PlacedDocument } from './document.ts';
import { formatPath } from './places.ts';
import type { Place } from './places.ts';
import { isRecord } from './plain-data.ts';
import { reduceDesign } from './reduce-design.ts';
import type { Scenario } from './scenario.ts';
import { layerNames } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import { COMMAND_LINE } from './settings.ts';
import { unknownName } from './unknown-name.ts';

/**
 * A counterexample is a scenario: the one that it extends, with the few settings that break one of its properties. What
 * it says of the property is not the scenario's.
 */
export const COUNTEREXAMPLE_FIELDS: readonly string[] = [
  'edits',
  'property',
  'design',
  'tested',
  'version',
  'digest',
  'expect',
];

/** The value that a layer's name is set to, to leave the layer out. */
export const OFF = 'off';

export interface EditedDocument {
  readonly document: PlacedDocument;
  /** Settings over what the document extends. */
  readonly edits: Readonly<Record<string, unknown>>;
  /** Where an edit stands. */
  placeOf(setting: string): Place;
}

/** Whether a document is a counterexample. */
export function isCounterexample(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && isRecord(value['edits']) && typeof value['property'] === 'string';
}

/** The scenario in a counterexample, and its edits; of any other document itself, and none. */
export function takeEdits(document: PlacedDocument): EditedDocument {
  const { value, places } = document;
  if (!isCounterexample(value)) return { document, edits: {}, placeOf: () => COMMAND_LINE };
  const scenario = Object.entries(value).filter(([field]) => !COUNTEREXAMPLE_FIELDS.includes(field));
  return {
    document: { ...document, value: Object.fromEntries(scenario) },
    edits: value['edits'] as Record<string, unknown>,
    placeOf: (setting) => places.find(['edits', setting])!,
  };
}

/** Settings that change values apart from the layers that are switched off. */
export function settingsAndOff(edits: Readonly<Record<string, unknown>>): {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly off: readonly string[];
} {
  const isOff = ([path, value]: [string, unknown]): boolean => value === OFF && !path.includes('.');
  const entries = Object.entries(edits);
  return {
    settings: Object.fromEntries(entries.filter((entry) => !isOff(entry))),
    off: entries.filter(isOff).map(([name]) => name),
  };
}

/** A scenario with layers left out of every design that has them. Throws `ScenarioError` if none has. */
export function switchOff(
  scenario: Scenario,
  off: readonly string[],
  registry: Registry,
  placeOf: (setting: string) => Place,
): Scenario {
  if (off.length === 0) return scenario;
  const known = new Set(scenario.designs.flatMap(layerNames));
  const unknown = off.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const problems = unknown.map((name) => ({
      ...placeOf(name),
      path: formatPath([name]),
      ...unknownName('layer', name, known),
    }));
    throw new ScenarioError(problems);
  }
  const designs = scenario.designs.map((design) => {
    const names = layerNames(design);
    const without = off.filter((name) => names.includes(name));
    if (without.length === 0) return design;
    return { ...reduceDesign(design, { without }, registry), name: design.name, about: design.about };
  });
  return { ...scenario, designs };
}
