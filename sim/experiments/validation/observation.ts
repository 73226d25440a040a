import type { Registry } from '../../controllers/registry.ts';
import { MILLISECOND } from '../../kernel/time.ts';
import { figuresOf } from '../../measure/figures.ts';
import type { RunFigures } from '../../measure/figures.ts';
import type { TimelineData } from '../../measure/timeline.ts';
import type { DesignSpec } from '../../scenario/scenario.ts';
import { Simulation } from '../../scenario/simulation.ts';
import type { WorldSpec } from '../../world/spec.ts';

/** Replications of one design over one world, as plain data: any core can run them. */
export interface ObservationTask {
  readonly world: WorldSpec;
  readonly design: DesignSpec;
  readonly seeds: readonly string[];
  /** Modules of the user that the design needs. */
  readonly plugins: readonly string[];
  /** Buckets of a timeline; 0 for none. */
  readonly timeline: number;
}

/** What is kept of one replication. */
export interface Observation {
  readonly figures: RunFigures;
  /** Of the answered requests: the share that waited in a queue, the longest wait, and a latency that few exceed. */
  readonly waited: number;
  readonly longestWaitMs: number;
  readonly latencyP95Ms: number;
  /** All that reached a service, to the very end; the figures count up to where arrivals stop. */
  readonly dispatches: number;
  /** Null where none was asked for. */
  readonly timeline: TimelineData | null;
}

/** Runs replications. A pure function of the task. */
export function observe({ world, design, seeds, timeline }: ObservationTask, registry: Registry): Observation[] {
  return seeds.map((seed) => {
    const measure = { verdicts: false, log: false, timeline, trace: [] };
    const simulation = new Simulation({ world, design, seed, rekey: '', measure }, registry);
    simulation.finish();
    const { latency, wait } = simulation.measurement;
    return {
      figures: figuresOf(simulation),
      waited: 1 - wait.zeros / wait.count,
      longestWaitMs: wait.max / MILLISECOND,
      latencyP95Ms: latency.quantile(0.95) / MILLISECOND,
      dispatches: simulation.world.services.reduce((sum, service) => sum + service.dispatches, 0),
      timeline: simulation.timeline === null ? null : simulation.timeline.toPlain(),
    };
  });
}

/** Runs observations somewhere: here, or on every core. They depend on the tasks alone. */
export interface Observer {
  observe(task: ObservationTask): Promise<Observation[]>;
  /** How many tasks run at once. */
  readonly width: number;
}
