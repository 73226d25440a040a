import type { Registry } from '../controllers/registry.ts';
import { loadRegistry } from '../scenario/load.node.ts';
import { doTask } from './seed-task.ts';
import type { SeedTask, SeedTaskResult } from './seed-task.ts';
import { takeAll } from './steps.ts';
import { observe } from './validation/observation.ts';
import type { Observation, ObservationTask } from './validation/observation.ts';

const registries = new Map<string, Promise<Registry>>();

/** Does one task in a worker thread: a run of a seed, or replications of a design. */
export default async function work(task: SeedTask | ObservationTask): Promise<SeedTaskResult | Observation[]> {
  const registry = await registryWith(task.plugins);
  return 'seeds' in task ? observe(task, registry) : takeAll(doTask(task, registry));
}

function registryWith(plugins: readonly string[]): Promise<Registry> {
  const key = plugins.join('\n');
  let registry = registries.get(key);
  if (registry === undefined) {
    registry = loadRegistry(plugins);
    registries.set(key, registry);
  }
  return registry;
}
