import { runSeed } from '../experiments/seed-job.ts';
import { seedJob } from '../experiments/run.ts';
import type { MeasureSpec } from '../scenario/run-spec.ts';
import { COUNTS_ONLY } from '../scenario/run-spec.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import { chaosWithAutoscaler, MM4, registry, scenarioOf } from './scenarios.ts';

/** Jobs of one measurement of the hand-written loop. */
export const LOOP_JOBS = 2_000_000;

/** What is measured beside the loop: a run, which returns how many requests it was. */
export interface EngineRow {
  readonly name: string;
  readonly target: string;
  run(): number;
}

/** What a process of its own has measured: the loop and the row, in jobs and requests a second. */
export interface Beside {
  readonly loop: number;
  readonly rate: number;
}

/** Counts the requests of one run of a design. */
export function run(scenario: Scenario, design: DesignSpec, measure: Partial<MeasureSpec>): number {
  const simulation = new Simulation(
    { world: scenario.world, design, seed: '1', rekey: '', measure: { ...COUNTS_ONLY, ...measure } },
    registry,
  );
  simulation.finish();
  return simulation.world.arrivals;
}

const mm4 = scenarioOf(MM4);
const chaos = chaosWithAutoscaler();
const [layered] = chaos.designs;
const story = (name: string, measure: Partial<MeasureSpec>, target = ''): EngineRow => ({
  name,
  target,
  run: () => run(chaos, layered, measure),
});

export const ENGINE_ROWS: readonly EngineRow[] = [
  { name: 'M/M/4 through the scenario path', target: '0.45, better 0.6', run: () => run(mm4, mm4.designs[0], {}) },
  story('chaos story + autoscaler, counts only', {}),
  story('  … with verdicts', { verdicts: true }, '0.12, better 0.2'),
  story('  … and a log for comparisons', { verdicts: true, log: true }),
  story('  … and a timeline', { verdicts: true, timeline: 300 }),
  story('  … and the trace of one request', { verdicts: true, trace: [67183] }),
  {
    name: '  … with references and re-keyed runs',
    target: '',
    run: () => {
      runSeed(seedJob(chaos, [layered], '1', { references: true, verdicts: true }), registry);
      return run(chaos, layered, {});
    },
  },
];
