import { mapSeeds } from '../index.ts';
import type { SeedJob, SeedRuns } from '../index.ts';
import { PoolExecutor } from '../node.ts';
import { UsageError } from './exit.ts';
import { Interrupt } from './interrupt.ts';
import type { Arguments } from './options.ts';
import { isSet } from './options.ts';
import { note } from './present.ts';
import { startProgress } from './progress.ts';

/** More runs than this are only done with `--yes`. */
const MOST_RUNS = 20_000;

/**
 * Does the runs of each seed on every core, with shared references, and makes something of each seed. What was made until
 * somebody pressed Ctrl-C is there too.
 */
export async function mapSeedsOnCores<Result>(
  { jobs, runsOfSeed }: { readonly jobs: readonly SeedJob[]; readonly runsOfSeed: number },
  make: (runs: SeedRuns) => Result,
  args: Arguments,
): Promise<{ readonly results: readonly Result[]; readonly interrupted: boolean }> {
  const runs = jobs.length * runsOfSeed;
  if (runs > MOST_RUNS && !isSet(args, 'yes')) {
    throw new UsageError(`That takes ${runs} runs, more than ${MOST_RUNS}: say --yes if that is meant.`);
  }
  const interrupt = new Interrupt();
  const progress = await startProgress();
  const results: Result[] = [];
  let finished = 0;
  let seeds = 0;
  const show = (): void => {
    const seed = Math.min(seeds + 1, jobs.length);
    progress.update(finished / runs, `seed ${seed} of ${jobs.length}, ${finished} of ${runs} runs done`);
  };
  const executor = new PoolExecutor();
  if (isSet(args, 'verbose')) note(`${jobs.length} seeds, ${runs} runs, on ${executor.width} cores`);
  show();
  const observer = {
    signal: interrupt.signal,
    onRun: (): void => {
      finished++;
      show();
    },
    onSeed: (done: number): void => {
      seeds = done;
      if (!isSet(args, 'verbose')) return;
      progress.clear();
      note(`seed ${jobs[done - 1].seed} is done (${done} of ${jobs.length})`);
    },
  };
  const kept = (made: SeedRuns): Result => {
    const result = make(made);
    results.push(result);
    return result;
  };
  try {
    const all = mapSeeds(executor, jobs, kept, observer);
    const inOrder = await Promise.race([all, interrupt.arrival()]);
    if (inOrder !== undefined) return { results: inOrder, interrupted: interrupt.wasHeard };
    // What is still under way ends with its worker; nobody waits for it.
    all.catch(() => undefined);
    return { results, interrupted: true };
  } finally {
    progress.stop();
    await executor.close();
    interrupt.dispose();
  }
}
