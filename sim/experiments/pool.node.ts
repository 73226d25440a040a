import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { Executor } from './executor.ts';
import { assembleSeed, tasksOf } from './seed-job.ts';
import type { SeedJob, SeedResult } from './seed-job.ts';
import type { SeedTask, SeedTaskResult } from './seed-task.ts';
import type { Observation, ObservationTask, Observer } from './validation/observation.ts';

/**
 * Runs jobs on every core, each run of a design in a worker thread. A seed's runs spread over all cores, so that the
 * first seeds are complete as early as can be.
 */
export class PoolExecutor implements Executor, Observer {
  readonly width: number;
  private readonly pool: Tinypool;
  private readonly onRun: ((name: string) => void) | undefined;

  /** @param onRun is told the name of each run that has finished */
  constructor(onRun?: (name: string) => void, width = availableParallelism()) {
    this.width = width;
    this.onRun = onRun;
    // From its sources, as in development and in tests, the worker is TypeScript too.
    const worker = import.meta.url.endsWith('.ts') ? './seed-worker.source.mjs' : './seed-worker.node.js';
    this.pool = new Tinypool({
      filename: fileURLToPath(new URL(worker, import.meta.url)),
      minThreads: width,
      maxThreads: width,
    });
  }

  async run(job: SeedJob): Promise<SeedResult> {
    const results = new Map<string, SeedTaskResult>();
    const run = async (task: SeedTask): Promise<void> => {
      results.set(task.id, await this.runTask(task));
      this.onRun?.(task.id);
    };
    await Promise.all(tasksOf(job).map(run));
    return assembleSeed(job, results);
  }

  async observe(task: ObservationTask): Promise<Observation[]> {
    return (await this.pool.run(task)) as Observation[];
  }

  /** Runs one task of a seed. */
  async runTask(task: SeedTask): Promise<SeedTaskResult> {
    try {
      return (await this.pool.run(task)) as SeedTaskResult;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`run \`${task.id}\` of seed ${task.seed} failed in its worker: ${why}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
