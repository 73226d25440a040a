import { estimate } from '../measure/statistics.ts';
import type { Estimate } from '../measure/statistics.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import type { Edits } from './edits.ts';
import type { Laboratory } from './laboratory.ts';
import { SeedRun } from './seed-run.ts';

/** What a property judges: one design, edited, over several seeds. Nothing is run before it is looked at. */
export class CaseResult {
  readonly edits: Edits;
  readonly scenario: Scenario;
  readonly design: DesignSpec;
  /** One for each seed, the same seeds in every case. */
  readonly runs: readonly SeedRun[];
  private readonly laboratory: Laboratory;

  /** Throws `ScenarioError` if the edits make no scenario. */
  constructor(laboratory: Laboratory, edits: Edits) {
    const { baseline, seeds } = laboratory;
    this.laboratory = laboratory;
    this.edits = edits;
    this.scenario = baseline.read(edits);
    this.design = baseline.designIn(this.scenario);
    this.runs = seeds.map((seed) => new SeedRun(laboratory, this.scenario, this.design, seed));
  }

  /** The same case with more edits, over the same seeds: another design in the same worlds. */
  under(more: Edits): CaseResult {
    return new CaseResult(this.laboratory, { ...this.edits, ...more });
  }

  /** Mean and interval over all seeds, of a figure by its path or of what a function makes of each run. */
  estimate(of: string | ((run: SeedRun) => number | null)): Estimate {
    return estimate(this.runs.map((run) => (typeof of === 'string' ? run.figure(of) : of(run)) ?? NaN));
  }
}
