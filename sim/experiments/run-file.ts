import type { Registry } from '../controllers/registry.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import type { WorldSpec } from '../world/spec.ts';
import { SCHEMA_VERSION, VERSION } from '../measure/version.ts';

/** What `run --out` saves: everything that the run depended on, and what came out. */
export interface RunFile {
  readonly format: typeof RUN_FILE_FORMAT;
  readonly schemaVersion: string;
  readonly version: string;
  readonly scenario: string;
  readonly design: DesignSpec;
  readonly world: WorldSpec;
  readonly plugins: readonly string[];
  readonly seed: string;
  readonly digest: string;
}

export const RUN_FILE_FORMAT = 'overcontrol-run';

/** A run file that cannot be replayed, and why. */
export class RunFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RunFileError';
  }
}

export function makeRunFile(scenario: Scenario, design: DesignSpec, seed: string, digest: string): RunFile {
  return {
    format: RUN_FILE_FORMAT,
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario: scenario.name,
    design,
    world: scenario.world,
    plugins: scenario.plugins,
    seed,
    digest,
  };
}

/** JSON of a run file. "For ever" and "no limit" are Infinity, which JSON has not: it is written as a marked text. */
export function formatRunFile(file: RunFile): string {
  return `${JSON.stringify(file, (_key, value: unknown) => (value === Infinity ? INFINITY_MARK : value), 2)}\n`;
}

const INFINITY_MARK = '@Infinity';

/** Reads a run file. Throws `RunFileError`. */
export function parseRunFile(text: string, name: string): RunFile {
  let value: unknown;
  try {
    value = JSON.parse(text, (_key, one: unknown) => (one === INFINITY_MARK ? Infinity : one));
  } catch (error) {
    throw new RunFileError(`${name} is not JSON: ${(error as Error).message}`);
  }
  const file = value as Partial<RunFile> | null;
  if (typeof file !== 'object' || file === null || file.format !== RUN_FILE_FORMAT) {
    throw new RunFileError(`${name} is not a run file: it does not say "format": "${RUN_FILE_FORMAT}"`);
  }
  if (file.version !== VERSION) {
    throw new RunFileError(
      `${name} was saved by version ${String(file.version)}, and this is ${VERSION}: the engine may have changed, so its digest says nothing. Replay it with that version, or run the scenario anew`,
    );
  }
  for (const member of ['design', 'world', 'plugins', 'seed', 'digest'] as const) {
    if (file[member] === undefined) throw new RunFileError(`${name} is damaged: \`${member}\` is missing`);
  }
  return file as RunFile;
}

/** Runs a saved run again and returns the digest that comes out. */
export function replay(file: RunFile, registry: Registry): string {
  const measure = { verdicts: false, log: false, timeline: 0, trace: [] };
  const { world, design, seed } = file;
  const simulation = new Simulation({ world, design, seed, rekey: '', measure }, registry);
  simulation.finish();
  return simulation.measurement.digest.toString();
}
