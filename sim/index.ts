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
export { isClosedLoop } from './experiments/closed-loop.ts';
export { runSeedInSteps } from './experiments/run-in-steps.ts';
export type { SeedStep } from './experiments/run-in-steps.ts';
export { takeAll, takeWithPauses } from './experiments/steps.ts';
export type { Steps } from './experiments/steps.ts';
export { findDesign, notesOf, runDocument, runsDocument, seedJob, seedsOf } from './experiments/run.ts';
export type { ExpectationResult, RunDocument, RunOptions, RunsDocument } from './experiments/run.ts';
export { InlineExecutor, runInOrder } from './experiments/executor.ts';
export type { Executor } from './experiments/executor.ts';
export { mapSeeds, SeedRuns, sharedTasks } from './experiments/seed-runs.ts';
export type { RunsObserver, TaskRunner } from './experiments/seed-runs.ts';
export {
  ablate,
  ablateSeed,
  assembleAblation,
  bestSurface,
  minimalSurfaces,
  nameOfSurface,
} from './experiments/ablate/ablate.ts';
export type { Ablation, AblationSeed, Surface } from './experiments/ablate/ablate.ts';
export { AblationError, planAblation } from './experiments/ablate/plan.ts';
export type { AblateOptions, AblationPlan } from './experiments/ablate/plan.ts';
export { ObjectiveError } from './experiments/ablate/objective.ts';
export type { CostOf, Measured, MeasureName } from './experiments/ablate/measures.ts';
export { assembleDiagnosis, diagnose, diagnoseSeed } from './experiments/diagnose/diagnose.ts';
export type { Diagnosis, DiagnosisSeed, ModeDiagnosis, ModeShare } from './experiments/diagnose/diagnose.ts';
export { MODE_TEXTS, MODES } from './experiments/diagnose/modes.ts';
export type { Mode } from './experiments/diagnose/modes.ts';
export { planDiagnosis } from './experiments/diagnose/plan.ts';
export type { DiagnoseOptions, DiagnosisPlan } from './experiments/diagnose/plan.ts';
export type { Example } from './experiments/diagnose/examples.ts';
export { withoutModes } from './experiments/diagnose/without-modes.ts';
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
export { parseParameter } from './experiments/sweep/parameter.ts';
export type { Parameter } from './experiments/sweep/parameter.ts';
export { parseShard, planSweep, runsOf, settingsAt, unitsOf, WHOLE } from './experiments/sweep/plan.ts';
export type { Shard, SweepPlan, SweepRequest, SweepUnit } from './experiments/sweep/plan.ts';
export { runSweep, sweptByDefault } from './experiments/sweep/run-sweep.ts';
export type { SweepMeans } from './experiments/sweep/run-sweep.ts';
export { keyOfRow, mergeShards, missingUnits, parseRowsFile } from './experiments/sweep/rows.ts';
export type { RowsFile, SweepRow } from './experiments/sweep/rows.ts';
export { SweepError } from './experiments/sweep/sweep-error.ts';
export { sweepResult } from './experiments/sweep/sweep-result.ts';
export type { SweepResult } from './experiments/sweep/sweep-result.ts';
export { checkFigures } from './experiments/sweep/row-table.ts';
export { RememberingExecutor } from './experiments/remembering-executor.ts';
export { FEWEST_SEEDS, isPrecise, parsePoints, widestInterval } from './experiments/precision.ts';
export type { Precision } from './experiments/precision.ts';
export { humpsOf } from './experiments/humps.ts';
export type { Hump, Humps } from './experiments/humps.ts';
export { gridOf } from './experiments/sweep/points.ts';
export { WORST_KINDS } from './experiments/worst-request.ts';
export type { WorstKind } from './experiments/worst-request.ts';
export { assembleAudit, planAudit } from './experiments/audit/audit.ts';
export type { Audit, AuditPlan, TriedChange } from './experiments/audit/audit.ts';
export { guardScenario } from './experiments/audit/watch.ts';
export { MITIGATIONS } from './experiments/audit/mitigations/index.ts';
export type { Mitigation } from './experiments/audit/mitigations/mitigation.ts';
export { lintScenario } from './scenario/lint/lint.ts';
export type { LintOptions, LintProblem } from './scenario/lint/lint.ts';
export { findRule, RULES } from './scenario/lint/rules/index.ts';
export type { Rule, Severity } from './scenario/lint/rule.ts';
export { writtenScenario } from './scenario/written.ts';
export { changesBetween, diffDesigns } from './experiments/diff/diff.ts';
export type { DesignDiff, DiffSide } from './experiments/diff/diff.ts';
export type { Change } from './experiments/diff/changes.ts';
export { effectJobs, effectOf } from './experiments/diff/effect.ts';
export type { Effect, FigureEffect } from './experiments/diff/effect.ts';
export { importManifests } from './importers/import.ts';
export type { ImportResult, ManifestFile, MappedField } from './importers/import.ts';
export { ManifestError } from './importers/manifest.ts';
export { selectCases, validate } from './experiments/validation/validate.ts';
export type { FigureResult, PointLoader, ValidationOptions } from './experiments/validation/validate.ts';
export type { Figure as ValidationFigure, Point, ValidationCase } from './experiments/validation/case.ts';
export { judge } from './experiments/validation/gate.ts';
export type { Gate, Judgement, Verdict } from './experiments/validation/gate.ts';
export { NOT_HELD } from './experiments/validation/not-held.ts';
export type { NotHeld } from './experiments/validation/not-held.ts';
export type { Observation, ObservationTask, Observer } from './experiments/validation/observation.ts';
export type { SeedTask, SeedTaskResult } from './experiments/seed-task.ts';
export { PHASES } from './experiments/sweep/phase.ts';
export type { Phase } from './experiments/sweep/phase.ts';
export type { TimelineData } from './measure/timeline.ts';
export { casesOf } from './experiments/validation/cases/index.ts';
export type { PublishedResults } from './experiments/validation/cases/index.ts';
export * as closedForms from './experiments/validation/closed-forms/index.ts';
export { observe } from './experiments/validation/observation.ts';
