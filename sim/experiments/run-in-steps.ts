import type { Registry } from '../controllers/registry.ts';
import { figuresOf } from '../measure/figures.ts';
import type { RunFigures } from '../measure/figures.ts';
import { assembleSeed, tasksOf } from './seed-job.ts';
import type { SeedJob, SeedResult } from './seed-job.ts';
import { doTask } from './seed-task.ts';
import type { SeedTaskResult } from './seed-task.ts';
import type { Steps } from './steps.ts';

/** How far a seed is, and what could be said of its first design if it ended here. */
export interface SeedStep {
  /** Share of the seed's work that is behind it. */
  readonly share: number;
  /** Name of the run that it is at. */
  readonly at: string;
  /** The first design's figures up to `until` (simulated nanoseconds). Ends its run if it has not ended yet. */
  cutShort(): { readonly figures: RunFigures; readonly until: number };
}

/**
 * One seed in steps, the first design before its references: whoever leaves early has its figures, though compared with
 * nothing. The result is that of `runSeed`.
 */
export function* runSeedInSteps(job: SeedJob, registry: Registry): Steps<SeedStep, SeedResult> {
  const results = new Map<string, SeedTaskResult>();
  const [subject] = job.designs;
  const all = tasksOf(job);
  const tasks = [...all.filter(({ id }) => id === subject.name), ...all.filter(({ id }) => id !== subject.name)];
  for (const task of tasks) {
    const steps = doTask(task, registry);
    let next = steps.next();
    while (next.done !== true) {
      const { share, simulation } = next.value;
      yield {
        share: (results.size + share) / tasks.length,
        at: task.id,
        cutShort: () => {
          const finished = results.get(subject.name);
          if (finished !== undefined) return { figures: finished.figures!, until: job.world.duration };
          simulation!.world.close();
          return { figures: figuresOf(simulation!, simulation!.now), until: simulation!.now };
        },
      };
      next = steps.next();
    }
    results.set(task.id, next.value);
  }
  return assembleSeed(job, results);
}
