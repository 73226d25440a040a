/**
 * The public API: everything that the command line, the page and the notebooks are made of.
 *
 * It runs unchanged in Node and in a browser. Reading files, plugins and worker threads are Node's: `overcontrol/node`.
 */
export { VERSION, SCHEMA_VERSION } from './measure/version.ts';
export { Registry, KINDS } from './controllers/registry.ts';
export type { Extension } from './controllers/registry.ts';
export { readScenario } from './scenario/read-scenario.ts';
export type { ReadOptions } from './scenario/read-scenario.ts';
export { ScenarioError, formatProblem } from './scenario/scenario-error.ts';
export type { Problem } from './scenario/scenario-error.ts';
export type { DesignSpec, EdgeSpec, Scenario } from './scenario/scenario.ts';
export { reduceDesign } from './scenario/reduce-design.ts';
export type { Reduction } from './scenario/reduce-design.ts';
export { BARE, bareDesign, LAYERED, layerNames, ORACLE } from './scenario/scenario.ts';
export { Simulation } from './scenario/simulation.ts';
export type { MeasureSpec, RunSpec } from './scenario/run-spec.ts';
export { HEALTH_NAMES, NOWHERE } from './measure/recording/chunk.ts';
export type {
  ConflictColumns,
  EndColumns,
  HealthName,
  LegColumns,
  RecordingChunk,
  SampleGroup,
  SampleKind,
  SampleLayout,
  Transition,
} from './measure/recording/chunk.ts';
export type { RecordingSpec } from './measure/recording/recorder.ts';
export { CONFLICT_NAMES } from './measure/conflicts.ts';
export type { RequestTrace, TraceEvent } from './measure/trace.ts';
export type { ConflictCount, ConflictName } from './measure/conflicts.ts';
export { runOracle } from './measure/references/run-oracle.ts';
export { FaultPlan } from './world/faults/plan.ts';
export { OUTCOME_NAMES } from './world/outcome.ts';
export type { OutcomeName } from './world/outcome.ts';
export { CAUSE_NAMES, KIND_NAMES } from './world/result.ts';
export type { LayerSpec } from './controllers/kind.ts';
export type { WorldSpec } from './world/spec.ts';
export { scenarioJsonSchema } from './scenario/json-schema.ts';
export { figuresOf, fidelityOf } from './measure/figures.ts';
export type { FidelityFigures, LayerFigures, RunFigures, ServiceFigures } from './measure/figures.ts';
export { estimate } from './measure/statistics.ts';
export type { Estimate } from './measure/statistics.ts';
export { runSeed, tasksOf } from './experiments/seed-job.ts';
export type { SeedJob, SeedResult } from './experiments/seed-job.ts';
export { runSeedInSteps } from './experiments/run-in-steps.ts';
export type { SeedStep } from './experiments/run-in-steps.ts';
export { takeAll, takeWithPauses } from './experiments/steps.ts';
export type { Steps } from './experiments/steps.ts';
export { findDesign, notesOf, runDocument, runsDocument, seedJob, seedsOf } from './experiments/run.ts';
export type { ExpectationResult, RunDocument, RunOptions, RunsDocument } from './experiments/run.ts';
export { InlineExecutor, runInOrder } from './experiments/executor.ts';
export type { Executor } from './experiments/executor.ts';
export { closingSentence, compareSeeds } from './experiments/compare.ts';
export type { Comparison } from './experiments/compare.ts';
export {
  checkExpectations,
  expectedDesigns,
  needsReferences,
  needsVerdicts,
  UnknownFigureError,
} from './experiments/check.ts';
export { explain, explainInSteps, FIRST_KINDS, NothingToExplainError } from './experiments/explain.ts';
export type { Choice, Explanation } from './experiments/explain.ts';
export {
  formatRunFile,
  makeRunFile,
  parseRunFile,
  replay,
  replayInSteps,
  RunFileError,
} from './experiments/run-file.ts';
export type { RunFile } from './experiments/run-file.ts';
