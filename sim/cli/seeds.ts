import { RememberingExecutor, runInOrder, tasksOf } from '../index.ts';
import type { Executor, SeedJob, SeedResult } from '../index.ts';
import { PoolExecutor } from '../node.ts';
import { EXIT } from './exit.ts';
import { Interrupt } from './interrupt.ts';
import { note } from './present.ts';
import type { Progress } from './progress.ts';
import { startProgress } from './progress.ts';

/** What came of the seeds: all of them, or as many as were done when somebody pressed Ctrl-C. */
export interface SeedsRun {
  readonly results: readonly SeedResult[];
  readonly interrupted: boolean;
}

/**
 * Told whenever one more seed is done, with all that are, in their order; false: these are enough. Who writes takes the
 * progress bar away.
 */
export type OnSeed = (results: readonly SeedResult[], progress: Progress) => boolean | void;

/** How seeds are run. */
export interface HowToRun {
  readonly verbose: boolean;
  /** Worker threads; one for each core if it is not said. */
  readonly workers?: number | undefined;
  /** Many jobs have runs in common: each is made once. */
  readonly remember?: boolean;
}

/** Runs seeds on every core. What goes wrong in a worker is thrown. */
export async function runSeeds(jobs: readonly SeedJob[], how: HowToRun, onSeed?: OnSeed): Promise<SeedsRun> {
  const interrupt = new Interrupt();
  const progress = await startProgress();
  const runs = jobs.reduce((sum, job) => sum + tasksOf(job).length, 0);
  const results: SeedResult[] = [];
  let finished = 0;
  const show = (): void => {
    const seed = Math.min(results.length + 1, jobs.length);
    progress.update(finished / runs, `seed ${seed} of ${jobs.length}, ${finished} of ${runs} runs done`);
  };
  const executor = executorFor(how, () => {
    finished++;
    show();
  });
  if (how.verbose) note(`${jobs.length} seeds, ${runs} runs, on ${executor.width} cores`);
  show();
  const take = (result: SeedResult): boolean | void => {
    results.push(result);
    if (how.verbose) {
      progress.clear();
      note(`seed ${result.seed} is done (${results.length} of ${jobs.length})`);
    }
    return onSeed?.(results, progress);
  };
  try {
    const all = runInOrder(executor, jobs, take, interrupt.signal);
    await Promise.race([all, interrupt.arrival()]);
    // What is still under way ends with its worker; nobody waits for it.
    if (interrupt.wasHeard) all.catch(() => undefined);
  } finally {
    progress.stop();
    await executor.close();
    interrupt.dispose();
  }
  return { results, interrupted: interrupt.wasHeard };
}

function executorFor({ workers, remember }: HowToRun, onRun: () => void): Executor {
  if (remember !== true) return new PoolExecutor(onRun, workers);
  return new RememberingExecutor(new PoolExecutor(undefined, workers), onRun);
}

/** Runs something long in this thread, under a progress bar, until it is done or Ctrl-C is pressed. */
export async function withInterrupt<Result>(
  work: (interrupt: Interrupt, progress: Progress) => Promise<Result>,
): Promise<Result> {
  const interrupt = new Interrupt();
  const progress = await startProgress();
  try {
    return await work(interrupt, progress);
  } finally {
    progress.stop();
    interrupt.dispose();
  }
}

/** Says how far it came, and returns the exit code. */
export function noteInterrupted(what: string): number {
  note(`Interrupted: ${what}`);
  return EXIT.interrupted;
}
