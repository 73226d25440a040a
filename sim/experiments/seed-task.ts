import type { Registry } from '../controllers/registry.ts';
import { figuresOf } from '../measure/figures.ts';
import type { RunFigures } from '../measure/figures.ts';
import { runOracle } from '../measure/references/run-oracle.ts';
import type { DesignSpec, EdgeSpec } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import type { WorldSpec } from '../world/spec.ts';
import { simulateInSteps } from './steps.ts';
import type { Steps } from './steps.ts';

/** The smallest piece of a seed's work, as plain data: one run of a design, or of the oracle. Any core can do it. */
export type SeedTask = {
  /** Unique within its seed. */
  readonly id: string;
  readonly world: WorldSpec;
  readonly seed: string;
  /** Modules of the user that the design needs. */
  readonly plugins: readonly string[];
} & (
  | {
      readonly kind: 'design';
      readonly design: DesignSpec;
      readonly rekey: string;
      readonly verdicts: boolean;
      /** Whether each request's end is kept, for comparison with other runs. */
      readonly log: boolean;
    }
  | {
      readonly kind: 'oracle';
      /** Which services call which. */
      readonly edges: readonly EdgeSpec[];
      readonly instances: 'max' | 'initial';
    }
);

/** What came of a task, as plain data. */
export interface SeedTaskResult {
  /** Null of the oracle. */
  readonly figures: RunFigures | null;
  /** The bytes of a `RequestLog`; null where none was wanted. */
  readonly log: Uint8Array | null;
  /** Requests that the oracle could serve; 0 of a design. */
  readonly servable: number;
  /** Requests simulated. */
  readonly simulated: number;
}

/** How far a task is, and what simulates it (null: the oracle). */
export interface TaskStep {
  readonly share: number;
  readonly simulation: Simulation | null;
}

/** Does one task. A pure function of it. */
export function* doTask(task: SeedTask, registry: Registry): Steps<TaskStep, SeedTaskResult> {
  const { world, seed } = task;
  if (task.kind === 'oracle') {
    yield { share: 0, simulation: null };
    const { log, servable } = runOracle(world, task.edges, seed, task.instances);
    return { figures: null, log: log.toBytes(), servable, simulated: 0 };
  }
  const { design, rekey, verdicts } = task;
  const measure = { verdicts, log: task.log, timeline: 0, trace: [] };
  const simulation = new Simulation({ world, design, seed, rekey, measure }, registry);
  for (const share of simulateInSteps(simulation)) yield { share, simulation };
  return {
    figures: figuresOf(simulation),
    log: simulation.log === null ? null : simulation.log.toBytes(),
    servable: 0,
    simulated: simulation.world.arrivals,
  };
}
