import type { Registry } from '../controllers/registry.ts';
import type { SeedJob, SeedResult } from './seed-job.ts';
import { runSeed } from './seed-job.ts';
import { doTask } from './seed-task.ts';
import type { SeedTask, SeedTaskResult } from './seed-task.ts';
import { takeAll } from './steps.ts';

/** Runs jobs somewhere: here, or on every core. Results come in any order; they depend on the jobs alone. */
export interface Executor {
  run(job: SeedJob): Promise<SeedResult>;
  /** How many jobs run at once. */
  readonly width: number;
  close(): Promise<void>;
}

/** Runs jobs one after the other, in this thread; between them others have their turn. */
export class InlineExecutor implements Executor {
  readonly width = 1;
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  async run(job: SeedJob): Promise<SeedResult> {
    await Promise.resolve();
    return runSeed(job, this.registry);
  }

  /** Runs one task of a seed. */
  async runTask(task: SeedTask): Promise<SeedTaskResult> {
    await Promise.resolve();
    return takeAll(doTask(task, this.registry));
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

/**
 * Runs jobs on an executor, as many at once as it is wide, and hands over each result in the order of the jobs as
 * soon as all before it are there. Stops early when `onResult` says so or `signal` is aborted.
 */
export async function runInOrder(
  executor: Executor,
  jobs: readonly SeedJob[],
  onResult: (result: SeedResult, index: number) => boolean | void,
  signal?: AbortSignal,
): Promise<SeedResult[]> {
  const results: (SeedResult | undefined)[] = [];
  const done: SeedResult[] = [];
  let next = 0;
  let handed = 0;
  let stopped = false;
  const worker = async (): Promise<void> => {
    while (next < jobs.length && !stopped && signal?.aborted !== true) {
      const index = next++;
      results[index] = await executor.run(jobs[index]);
      while (!stopped && results[handed] !== undefined) {
        const result = results[handed]!;
        done.push(result);
        if (onResult(result, handed) === false) stopped = true;
        handed++;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(executor.width, jobs.length) }, worker));
  return done;
}
