/** What only Node can do: reading scenario files with their plugins, and running jobs on every core. */
export { loadRegistry, loadScenario, readText } from './scenario/load.node.ts';
export type { LoadedScenario, ScenarioSource } from './scenario/load.node.ts';
export { PoolExecutor } from './experiments/pool.node.ts';
