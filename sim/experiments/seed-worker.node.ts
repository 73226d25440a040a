import type { MessagePort } from 'node:worker_threads';
import type { Registry } from '../controllers/registry.ts';
import { loadRegistry } from '../scenario/load.node.ts';
import type { SeedJob, SeedResult } from './seed-job.ts';
import { runSeed } from './seed-job.ts';

/** What a worker thread gets: a job, and where to say how far it is. */
export interface WorkerTask {
  readonly job: SeedJob;
  readonly progress: MessagePort | null;
}

const registries = new Map<string, Promise<Registry>>();

/** Runs one seed in a worker thread. */
export default async function work({ job, progress }: WorkerTask): Promise<SeedResult> {
  const key = job.plugins.join('\n');
  let registry = registries.get(key);
  if (registry === undefined) {
    registry = loadRegistry(job.plugins);
    registries.set(key, registry);
  }
  const result = runSeed(job, await registry, (design) => progress?.postMessage(design));
  progress?.close();
  return result;
}
