import type { Executor } from './executor.ts';
import { assembleSeed, tasksOf } from './seed-job.ts';
import type { SeedJob, SeedResult } from './seed-job.ts';
import type { RunTask } from './sweep/task-memo.ts';
import { TaskMemo } from './sweep/task-memo.ts';

/** Runs jobs of which many have tasks in common (the references of a seed), and each such task once. */
export class RememberingExecutor implements Executor {
  readonly width: number;
  private readonly inner: Pick<Executor, 'width' | 'close'>;
  private readonly memo: TaskMemo;
  private readonly onRun: (name: string) => void;

  /** @param onRun is told the name of each run that is there, also of one that was remembered */
  constructor(inner: Pick<Executor, 'width' | 'close'> & { runTask: RunTask }, onRun: (name: string) => void) {
    this.inner = inner;
    this.width = inner.width;
    this.memo = new TaskMemo(inner.runTask.bind(inner));
    this.onRun = onRun;
  }

  async run(job: SeedJob): Promise<SeedResult> {
    const done = tasksOf(job).map(async (task) => {
      const result = await this.memo.do(task);
      this.onRun(task.id);
      return [task.id, result] as const;
    });
    return assembleSeed(job, new Map(await Promise.all(done)));
  }

  async close(): Promise<void> {
    await this.inner.close();
  }
}
