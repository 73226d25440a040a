import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import type { Executor } from './executor.ts';
import type { SeedJob, SeedResult } from './seed-job.ts';

/** Runs jobs on every core, each in a worker thread. */
export class PoolExecutor implements Executor {
  readonly width: number;
  private readonly pool: Tinypool;
  private readonly onRun: ((design: string) => void) | undefined;

  /** @param onRun is told whenever one more run of a design has finished */
  constructor(onRun?: (design: string) => void, width = availableParallelism()) {
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
    const { port1, port2 } = new MessageChannel();
    const { onRun } = this;
    if (onRun !== undefined) port1.on('message', onRun);
    try {
      return (await this.pool.run({ job, progress: port2 }, { transferList: [port2] })) as SeedResult;
    } finally {
      port1.close();
    }
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
