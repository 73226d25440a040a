import { Registry, readScenario, runSeed, seedJob } from '../index.ts';
import { drawsGolden, mathGolden } from '../kernel/testing/golden.ts';

/** A scenario file to run, by its name. */
export interface ScenarioText {
  readonly file: string;
  readonly text: string;
}

/** Everything whose bits must not depend on the engine that computes it. */
export interface Evidence {
  readonly math: string;
  readonly draws: string;
  /** By scenario: digests of every run, and every figure, as JSON. */
  readonly runs: Readonly<Record<string, string>>;
}

/** Simulated time of each run. */
const SPAN = '20s';

/** Computes the evidence; in Node and in a browser's worker alike. */
export function gatherEvidence(scenarios: readonly ScenarioText[]): Evidence {
  const registry = new Registry();
  return {
    math: mathGolden(),
    draws: drawsGolden(),
    runs: Object.fromEntries(scenarios.map((scenario) => [scenario.file, runsOf(scenario, registry)])),
  };
}

/** All designs over one seed, with references and verdicts. */
function runsOf({ file, text }: ScenarioText, registry: Registry): string {
  const { world } = readScenario(text, file, { registry });
  const faults = world.faults.flatMap(({ timing }, i) =>
    // What strikes once strikes within the shortened run.
    timing.kind === 'once' ? [[`world.faults.${i}.at`, `${2 + i}s`]] : [],
  );
  const set = { duration: SPAN, warmup: '1s', ...(Object.fromEntries(faults) as Record<string, string>) };
  const scenario = readScenario(text, file, { registry, set });
  const job = seedJob(scenario, scenario.designs, scenario.seed, { references: true, verdicts: true });
  return JSON.stringify(runSeed(job, registry));
}
