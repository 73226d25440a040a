import type { Registry } from '../controllers/registry.ts';
import { fidelityOf, figuresOf } from '../measure/figures.ts';
import type { FidelityFigures, RunFigures } from '../measure/figures.ts';
import type { TimelineData } from '../measure/timeline.ts';
import { runOracle } from '../measure/references/run-oracle.ts';
import type { DesignSpec, EdgeSpec } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import type { WorldSpec } from '../world/spec.ts';
import { replayOf } from './closed-loop.ts';
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
      /** Buckets of a timeline that is wanted. */
      readonly timeline?: number;
    }
  | {
      readonly kind: 'oracle';
      /** Which services call which. */
      readonly edges: readonly EdgeSpec[];
      readonly instances: 'max' | 'initial';
    }
  | {
      /** A design whose arrivals depend on its answers, with the references that its own arrivals make. */
      readonly kind: 'closed';
      readonly design: DesignSpec;
      readonly bare: DesignSpec;
      readonly verdicts: boolean;
    }
);

/** What came of a task, as plain data. */
export interface SeedTaskResult {
  /** Of a closed loop, against references that replay its arrivals; null of all else. */
  readonly fidelity: FidelityFigures | null;
  /** Null of the oracle. */
  readonly figures: RunFigures | null;
  /** The bytes of a `RequestLog`; null where none was wanted. */
  readonly log: Uint8Array | null;
  /** Only where one was wanted. */
  readonly timeline?: TimelineData;
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
    return { fidelity: null, figures: null, log: log.toBytes(), servable, simulated: 0 };
  }
  if (task.kind === 'closed') return yield* doClosedTask(task, registry);
  const { design, rekey, verdicts } = task;
  const measure = { verdicts, log: task.log, timeline: task.timeline ?? 0, trace: [] };
  const simulation = new Simulation({ world, design, seed, rekey, measure }, registry);
  for (const share of simulateInSteps(simulation)) yield { share, simulation };
  return {
    fidelity: null,
    figures: figuresOf(simulation),
    log: simulation.log === null ? null : simulation.log.toBytes(),
    ...(simulation.timeline === null ? {} : { timeline: simulation.timeline.toPlain() }),
    servable: 0,
    simulated: simulation.world.arrivals,
  };
}

/** The text by which the draws of a design are re-keyed for its churn floor. */
export const REKEY = '/again';

/** Of the design, and on its arrivals of `bare`, `bare` re-keyed, and the design re-keyed. */
const CLOSED_RUNS = 4;

function* doClosedTask(
  { design, bare, seed, verdicts, world }: Extract<SeedTask, { kind: 'closed' }>,
  registry: Registry,
): Steps<TaskStep, SeedTaskResult> {
  let runs = 0;
  const run = function* (one: DesignSpec, over: WorldSpec, rekey: string): Steps<TaskStep, Simulation> {
    const measure = { verdicts: verdicts && rekey === '' && one === design, log: true, timeline: 0, trace: [] };
    const simulation = new Simulation({ world: over, design: one, seed, rekey, measure }, registry);
    for (const share of simulateInSteps(simulation)) yield { share: (runs + share) / CLOSED_RUNS, simulation };
    runs++;
    return simulation;
  };
  const own = yield* run(design, world, '');
  const replay = replayOf(own);
  const bareRun = yield* run(bare, replay, '');
  const bareRekeyed = yield* run(bare, replay, REKEY);
  const designRekeyed = yield* run(design, replay, REKEY);
  const oracle = runOracle(replay, bare.edges, seed, 'max');
  const fixed = world.services.every(({ instances }) => instances.initial === instances.max);
  const references = {
    bare: bareRun.log!,
    bareRekeyed: bareRekeyed.log!,
    oracle: oracle.log,
    servable: oracle.servable,
    servableAtInitial: fixed ? oracle.servable : runOracle(replay, bare.edges, seed, 'initial').servable,
  };
  return {
    fidelity: fidelityOf(references, own.log!, designRekeyed.log!),
    figures: figuresOf(own),
    log: null,
    servable: 0,
    simulated: own.world.arrivals * CLOSED_RUNS,
  };
}
