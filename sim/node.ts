/** What only Node can do: reading scenario files with their plugins, and running jobs on every core. */
export { loadRegistry, loadScenario, openScenario, readText } from './scenario/load.node.ts';
export type { LoadedScenario, OpenScenario, ScenarioSource } from './scenario/load.node.ts';
export { PoolExecutor } from './experiments/pool.node.ts';
export { RowsFolder, scenarioHash } from './experiments/sweep/rows-folder.node.ts';
export { loaderOf, readLibrary } from './experiments/validation/library.node.ts';
