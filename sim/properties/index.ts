/**
 * Property tests for resilience designs: what to vary, what must hold, and the search for the smallest thing that breaks
 * it. For any test runner, on fast-check's generators. See README.md.
 */
export { design, DesignTest, PropertyFailure } from './design.node.ts';
export type { DesignOptions, TestOptions, TestResult } from './design.node.ts';
export * from './arbitraries/index.ts';
export * from './properties/index.ts';
export { bounded, invariant, property } from './property.ts';
export type { Bound, Judgement, Property, PropertyFunction } from './property.ts';
export { PropertyTestError } from './property-test-error.ts';
export type { CaseResult } from './case-result.ts';
export type { SeedRun, Trigger } from './seed-run.ts';
export type { Observed, Observer, StateChange } from './observer.ts';
export type { Edits } from './edits.ts';
export type { BaselineSource } from './baseline.ts';
export type { Counterexample, Findings } from './findings.ts';
export type { CorpusResult } from './corpus.node.ts';
export type { CounterexampleFile } from './counterexample-file.ts';
export type { Story, StoryRow } from './story.ts';
