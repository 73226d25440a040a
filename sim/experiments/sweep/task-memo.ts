import type { SeedTask, SeedTaskResult } from '../seed-task.ts';

/** Does one task of a seed, here or anywhere. */
export type RunTask = (task: SeedTask) => Promise<SeedTaskResult>;

/** Results are kept up to so many bytes; those that nobody has asked for the longest go first. */
const BUDGET = 256 * 1024 * 1024;

/**
 * Remembers what came of tasks: those that a parameter does not touch (the references of a seed, a design without the
 * layer that is varied) are run once for all points. A task is a pure function of its data, so nothing else changes.
 */
export class TaskMemo {
  /** Tasks that were really run, and those that were not. */
  run = 0;
  reused = 0;
  private readonly results = new Map<string, { readonly result: Promise<SeedTaskResult>; bytes: number }>();
  private readonly runTask: RunTask;
  private readonly budget: number;
  private bytes = 0;

  constructor(runTask: RunTask, budget = BUDGET) {
    this.runTask = runTask;
    this.budget = budget;
  }

  async do(task: SeedTask): Promise<SeedTaskResult> {
    const key = keyOf(task);
    const known = this.results.get(key);
    if (known !== undefined) {
      this.reused++;
      this.results.delete(key);
      this.results.set(key, known);
      return known.result;
    }
    this.run++;
    const entry = { result: this.runTask(task), bytes: 2 * key.length };
    this.results.set(key, entry);
    this.bytes += entry.bytes;
    const result = await entry.result;
    const size = (result.log?.length ?? 0) + RESULT_BYTES;
    entry.bytes += size;
    this.bytes += size;
    this.forget();
    return result;
  }

  private forget(): void {
    for (const [key, { bytes }] of this.results) {
      if (this.bytes <= this.budget) return;
      this.results.delete(key);
      this.bytes -= bytes;
    }
  }
}

/** Of the figures of one run, about. */
const RESULT_BYTES = 8192;

/** Everything that the result depends on: not what task, design or layers left out are called. */
function keyOf(task: SeedTask): string {
  const { id: _id, ...rest } = task;
  const bare = task.kind === 'design' ? { ...rest, design: pick(task.design) } : rest;
  return JSON.stringify(bare, (_key, value: unknown) => (value === Infinity ? '@Infinity' : value));
}

function pick({ edges, autoscalers }: Extract<SeedTask, { kind: 'design' }>['design']): unknown {
  return { edges, autoscalers };
}
