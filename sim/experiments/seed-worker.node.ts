import type { Registry } from '../controllers/registry.ts';
import { loadRegistry } from '../scenario/load.node.ts';
import { doTask } from './seed-task.ts';
import type { SeedTask, SeedTaskResult } from './seed-task.ts';
import { takeAll } from './steps.ts';

const registries = new Map<string, Promise<Registry>>();

/** Does one task of a seed in a worker thread. */
export default async function work(task: SeedTask): Promise<SeedTaskResult> {
  const key = task.plugins.join('\n');
  let registry = registries.get(key);
  if (registry === undefined) {
    registry = loadRegistry(task.plugins);
    registries.set(key, registry);
  }
  return takeAll(doTask(task, await registry));
}
