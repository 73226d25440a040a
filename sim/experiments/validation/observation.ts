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
  /** How often the loads of the instances are looked at; 0 for not at all. */
  readonly looks: number;
}

/** What is kept of one replication. */
export interface Observation {
  readonly figures: RunFigures;
  /** Of the answered requests: the share that waited in a queue, the longest wait, and a latency that few exceed. */
  readonly waited: number;
  readonly longestWaitMs: number;
  readonly latencyP95Ms: number;
  readonly latencyP9999Ms: number;
  /** All that reached a service, to the very end; the figures count up to where arrivals stop. */
  readonly dispatches: number;
  /** Null where none was asked for. */
  readonly timeline: TimelineData | null;
  /** How often an instance of the last service was seen with 0, 1, 2 … jobs in it; empty where nobody looked. */
  readonly levels: readonly number[];
}

/** Runs replications. A pure function of the task. */
export function observe({ world, design, seeds, timeline, looks }: ObservationTask, registry: Registry): Observation[] {
  return seeds.map((seed) => {
    const measure = { verdicts: false, log: false, timeline, trace: [] };
    const simulation = new Simulation({ world, design, seed, rekey: '', measure }, registry);
    const levels = looks === 0 ? [] : lookAtLevels(simulation, looks);
    simulation.finish();
    const { latency, wait } = simulation.measurement;
    return {
      figures: figuresOf(simulation),
      waited: 1 - wait.zeros / wait.count,
      longestWaitMs: wait.max / MILLISECOND,
      latencyP95Ms: latency.quantile(0.95) / MILLISECOND,
      latencyP9999Ms: latency.quantile(0.9999) / MILLISECOND,
      dispatches: simulation.world.services.reduce((sum, service) => sum + service.dispatches, 0),
      timeline: simulation.timeline === null ? null : simulation.timeline.toPlain(),
      levels,
    };
  });
}

/** Runs to the end of the arrivals, and looks so often from the warm-up on, at even intervals, how many jobs are where. */
function lookAtLevels(simulation: Simulation, looks: number): number[] {
  const { services, spec } = simulation.world;
  const { instances } = services[services.length - 1];
  const levels: number[] = [];
  for (let i = 1; i <= looks; i++) {
    simulation.advance(spec.warmup + Math.floor(((spec.duration - spec.warmup) * i) / looks));
    for (const { load } of instances) {
      while (levels.length <= load) levels.push(0);
      levels[load]++;
    }
  }
  return levels;
}

/** Runs observations somewhere: here, or on every core. They depend on the tasks alone. */
export interface Observer {
  observe(task: ObservationTask): Promise<Observation[]>;
  /** How many tasks run at once. */
  readonly width: number;
}
