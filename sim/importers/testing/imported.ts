import { Registry } from '../../controllers/registry.ts';
import { readScenario } from '../../scenario/read-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { importManifests } from '../import.ts';

const REGISTRY = new Registry();

/** What came of manifests, in forms that a test can look at. */
export interface Imported {
  /** `frontend-hpa.min = 2 @12`: each setting with the line that it comes from. */
  readonly settings: readonly string[];
  /** `12: spec.x: message`. */
  readonly warnings: readonly string[];
  readonly withoutEffect: readonly string[];
  readonly text: string;
  /** The scenario, read as any other. */
  readonly scenario: Scenario;
}

export function imported(...texts: readonly string[]): Imported {
  const files = texts.map((text, i) => ({ file: texts.length === 1 ? 'm.yaml' : `m${i + 1}.yaml`, text }));
  const result = importManifests(files, REGISTRY);
  return {
    settings: result.mapped.map(({ setting, value, source }) => `${setting} = ${show(value)} @${source.line}`),
    warnings: result.warnings.map(({ source, message }) => `${source.line}: ${source.path}: ${message}`),
    withoutEffect: result.withoutEffect.map(({ source }) => source.path),
    text: result.scenario,
    scenario: readScenario(result.scenario, 'imported.yaml', { registry: REGISTRY }),
  };
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Names of the layers of an edge, outermost first, with their policies. */
export function stackOf({ designs }: Scenario, edge = 0): string[] {
  return designs[0].edges[edge].layers.map(({ name, policy }) => `${name}: ${policy}`);
}
