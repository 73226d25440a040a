import type { Registry } from '../controllers/registry.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { COUNTS_ONLY } from '../scenario/run-spec.ts';
import { Simulation } from '../scenario/simulation.ts';
import type { WorldSpec } from '../world/spec.ts';
import { SCHEMA_VERSION, VERSION } from '../measure/version.ts';
import { simulateInSteps, takeAll } from './steps.ts';
import type { Steps } from './steps.ts';

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
  const damage = damageOf(file);
  if (damage !== undefined) throw new RunFileError(`${name} is damaged: ${damage}`);
  return file as RunFile;
}

/** What is missing, or is not what it should be, of the members that a replay needs. */
function damageOf({ design, world, plugins, seed, digest }: Partial<RunFile>): string | undefined {
  if (typeof seed !== 'string') return '`seed` is missing';
  if (typeof digest !== 'string') return '`digest` is missing';
  if (!Array.isArray(plugins)) return '`plugins` is missing';
  if (!areLists(world, ['services', 'traffic', 'faults'])) return '`world` is missing, or incomplete';
  return areLists(design, ['edges', 'autoscalers']) ? undefined : '`design` is missing, or incomplete';
}

function areLists(value: unknown, members: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return members.every((member) => Array.isArray((value as Record<string, unknown>)[member]));
}

/** Runs a saved run again and returns the digest that comes out. Throws `RunFileError`. */
export function replay(file: RunFile, registry: Registry): string {
  return takeAll(replayInSteps(file, registry));
}

/** The same in steps, each the share that is behind it. */
export function* replayInSteps(file: RunFile, registry: Registry): Steps<number, string> {
  const simulation = rebuild(file, registry);
  for (const share of simulateInSteps(simulation)) yield share;
  return simulation.measurement.digest.toString();
}

/** What a run file says was written by this program: if no run can be built of it, somebody has changed it since. */
function rebuild({ world, design, seed }: RunFile, registry: Registry): Simulation {
  try {
    return new Simulation({ world, design, seed, rekey: '', measure: COUNTS_ONLY }, registry);
  } catch (error) {
    throw new RunFileError(`the run file is damaged: no run can be built of it (${(error as Error).message})`);
  }
}
