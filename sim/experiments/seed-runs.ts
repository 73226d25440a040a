import { fidelityOf } from '../measure/figures.ts';
import type { FidelityFigures, RunFigures } from '../measure/figures.ts';
import { RequestLog } from '../measure/request-log.ts';
import { BARE } from '../scenario/scenario.ts';
import { referencesOf, tasksOf } from './seed-job.ts';
import type { SeedJob } from './seed-job.ts';
import { REKEY } from './seed-task.ts';
import type { SeedTask, SeedTaskResult } from './seed-task.ts';

/** What does single tasks: here, or on every core. */
export interface TaskRunner {
  runTask(task: SeedTask): Promise<SeedTaskResult>;
  /** How many tasks are done at once. */
  readonly width: number;
}

/**
 * The runs of many designs over one seed, which share one set of references. `bare` is a design among them; of the
 * others only the first is run again re-keyed, so that what chance does to it is known.
 */
export class SeedRuns {
  readonly seed: string;
  private readonly job: SeedJob;
  private readonly results: ReadonlyMap<string, SeedTaskResult>;
  private readonly logs = new Map<string, RequestLog>();

  /** @param results of all tasks of `sharedTasks(job)`, by their ids */
  constructor(job: SeedJob, results: ReadonlyMap<string, SeedTaskResult>) {
    this.seed = job.seed;
    this.job = job;
    this.results = results;
    for (const [id, { log }] of results) if (log !== null) this.logs.set(id, RequestLog.fromBytes(log));
  }

  figures(design: string): RunFigures {
    return this.results.get(design)!.figures!;
  }

  /** Null without references. The churn of all but the first design is that of `bare`. */
  fidelity(design: string): FidelityFigures | null {
    if (!this.job.references) return null;
    const { fidelity } = this.results.get(design)!;
    // In a closed loop every design has references of its own.
    if (fidelity !== null) return fidelity;
    const own = this.logs.get(design)!;
    const rekeyed = this.logs.get(design + REKEY) ?? own;
    return fidelityOf(referencesOf(this.results, this.logs), own, rekeyed);
  }

  /** How each request of a design ended; empty without references. */
  get requests(): ReadonlyMap<string, RequestLog> {
    return this.logs;
  }

  /** Requests simulated, all runs together. */
  get simulated(): number {
    let simulated = 0;
    for (const result of this.results.values()) simulated += result.simulated;
    return simulated;
  }
}

/** The tasks of a job whose designs share their references. */
export function sharedTasks(job: SeedJob): SeedTask[] {
  const [subject] = job.designs;
  return tasksOf(job).filter(
    (task) => task.kind !== 'design' || task.rekey === '' || [BARE, subject.name].includes(task.design.name),
  );
}

/** Told of what has been done. */
export interface RunsObserver {
  /** A run has finished. */
  onRun?(name: string): void;
  /** A seed is complete, in the order of the seeds. `false`: it is enough. */
  onSeed?(done: number): boolean | void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does the runs of each job, as many at once as the runner is wide, and makes something of each seed as soon as it is
 * complete, so that logs need not be kept. The results are in the order of the jobs and depend on them alone.
 */
export async function mapSeeds<Result>(
  runner: TaskRunner,
  jobs: readonly SeedJob[],
  make: (runs: SeedRuns) => Result,
  observer: RunsObserver = {},
): Promise<Result[]> {
  const made: { readonly value: Result }[] = [];
  const results: Result[] = [];
  let next = 0;
  let isEnough = false;
  const goesOn = (): boolean => !isEnough && observer.signal?.aborted !== true;
  const worker = async (): Promise<void> => {
    while (next < jobs.length && goesOn()) {
      const index = next++;
      const job = jobs[index];
      const runs = await runAll(runner, job, observer);
      made[index] = { value: make(new SeedRuns(job, runs)) };
      while (!isEnough && results.length in made) {
        results.push(made[results.length].value);
        isEnough = observer.onSeed?.(results.length) === false;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(runner.width, jobs.length) }, worker));
  return results;
}

async function runAll(
  runner: TaskRunner,
  job: SeedJob,
  observer: RunsObserver,
): Promise<ReadonlyMap<string, SeedTaskResult>> {
  const results = new Map<string, SeedTaskResult>();
  const run = async (task: SeedTask): Promise<void> => {
    results.set(task.id, await runner.runTask(task));
    observer.onRun?.(task.id);
  };
  await Promise.all(sharedTasks(job).map(run));
  return results;
}
