import type { Registry } from '../../controllers/registry.ts';
import type { Estimate } from '../../measure/statistics.ts';
import { estimate } from '../../measure/statistics.ts';
import { SCHEMA_VERSION, VERSION } from '../../measure/version.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { ExactAttribution } from '../ablate/shapley.ts';
import { notesOf } from '../run.ts';
import { mapSeeds } from '../seed-runs.ts';
import type { RunsObserver, SeedRuns, TaskRunner } from '../seed-runs.ts';
import { examplesIn } from './examples.ts';
import type { Example } from './examples.ts';
import { ALL_MODES, bitOfMode, MODES, modesIn } from './modes.ts';
import type { Mode, ModeSet } from './modes.ts';
import { planDiagnosis } from './plan.ts';
import type { DiagnoseOptions, DiagnosisPlan, Subject } from './plan.ts';

/** What one failure mode does, in points of the measure. */
export interface ModeShare {
  readonly mode: Mode;
  /** Its Shapley share of what is healed when all are removed; signed. */
  readonly share: Estimate;
  /** What removing it alone heals. */
  readonly healsAlone: Estimate;
  /** What is lost if it alone remains, beside a design without any mode. */
  readonly lostIfOnlyItRemains: Estimate;
}

/** What the modes of one layer, or of the whole design, do. */
export interface ModeDiagnosis {
  /** Null for the whole design. */
  readonly layer: string | null;
  /** The measure as it is, and without any of the modes. */
  readonly asItIs: Estimate;
  readonly ideal: Estimate;
  readonly modes: readonly ModeShare[];
  /** Modes whose share is above 0 with its whole interval: they do harm. */
  readonly harmful: readonly Mode[];
  /** The harmful one whose share is at least 1.5 times the runner-up's; null if there is none such. */
  readonly dominant: Mode | null;
  /** What none of the removals heals, of what the oracle could have served: thresholds and purpose. */
  readonly policy: Estimate;
  /** The measure with each set of modes removed. */
  readonly combinations: readonly { readonly removed: readonly Mode[]; readonly value: Estimate }[];
}

/** Why a design fails: which of the three modes, in the whole and in each layer. */
export interface Diagnosis {
  readonly schemaVersion: string;
  readonly version: string;
  readonly scenario: string;
  readonly design: string;
  readonly seeds: readonly string[];
  /** What is healed: fidelity, or success where there are no references or nothing is servable. */
  readonly measure: 'fidelity' | 'success';
  readonly whole: ModeDiagnosis;
  /** With each layer alone changed; empty if there is only one. */
  readonly layers: readonly ModeDiagnosis[];
  readonly examples: readonly Example[];
  readonly work: { readonly simulated: number; readonly runs: number };
  readonly notes: readonly string[];
}

/** What is kept of one seed: plain data. */
export interface DiagnosisSeed {
  readonly seed: string;
  /** By name of the design; fidelity null where there is none. */
  readonly values: ReadonlyMap<string, { readonly fidelity: number | null; readonly success: number }>;
  readonly examples: readonly Example[];
  readonly simulated: number;
  readonly notes: readonly string[];
}

/** A mode is dominant if its share is so many times the runner-up's. */
const DOMINANCE = 1.5;

/**
 * Removes latency accumulation, abstraction leak and decision drift from a design in all eight combinations, over the
 * same worlds, from the whole and from each layer alone, and shares out what that heals. Nothing is inferred from what
 * decisions looked like: only interventions count.
 *
 * @param runner an `InlineExecutor` (a browser), or a `PoolExecutor` (every core)
 * @returns the same whatever the runner; of fewer seeds if `observer` ends it early. Of one seed alone there is no
 *   interval, so that nothing is called harmful or dominant
 * @throws AblationError for a design without layers
 */
export async function diagnose(
  scenario: Scenario,
  registry: Registry,
  runner: TaskRunner,
  options: DiagnoseOptions = {},
  observer: RunsObserver = {},
): Promise<Diagnosis> {
  const plan = planDiagnosis(scenario, registry, options);
  const seeds = await mapSeeds(runner, plan.jobs, (runs) => diagnoseSeed(plan, runs), observer);
  return assembleDiagnosis(plan, seeds);
}

/** What a diagnosis keeps of one seed's runs. */
export function diagnoseSeed(plan: DiagnosisPlan, runs: SeedRuns): DiagnosisSeed {
  const { design, subjects, references, scenario } = plan;
  const names = new Set(subjects.flatMap(({ designs }) => designs));
  const values = [...names].map((name) => {
    const fidelity = runs.fidelity(name)?.fidelity ?? null;
    return [name, { fidelity, success: runs.figures(name).success }] as const;
  });
  return {
    seed: runs.seed,
    values: new Map(values),
    examples: references ? examplesIn(runs.seed, design.name, subjects[0], runs.requests) : [],
    simulated: runs.simulated,
    notes: notesOf(scenario, runs.figures(design.name)),
  };
}

/** Puts the seeds of a diagnosis together. @param seeds at least one */
export function assembleDiagnosis(plan: DiagnosisPlan, seeds: readonly DiagnosisSeed[]): Diagnosis {
  const { scenario, design, subjects, references } = plan;
  const isServable = seeds.every(({ values }) => values.get(design.name)!.fidelity !== null);
  const measure = references && isServable ? 'fidelity' : 'success';
  const [whole, ...layers] = subjects.map((subject) => diagnoseSubject(subject, seeds, measure));
  const notes = new Set(seeds.flatMap((seed) => seed.notes));
  if (!references)
    notes.add('Clients wait for their answers here, so that each design has requests of its own: no fidelity.');
  if (seeds.length === 1) notes.add('One seed has no interval: nothing can be called harmful or dominant.');
  return {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario: scenario.name,
    design: design.name,
    seeds: seeds.map(({ seed }) => seed),
    measure,
    whole,
    layers,
    examples: firstExamples(seeds),
    work: {
      simulated: seeds.reduce((sum, { simulated }) => sum + simulated, 0),
      runs: plan.runsOfSeed * seeds.length,
    },
    notes: [...notes],
  };
}

function diagnoseSubject(
  { layer, designs }: Subject,
  seeds: readonly DiagnosisSeed[],
  measure: Diagnosis['measure'],
): ModeDiagnosis {
  const perSeed = seeds.map(
    ({ values }) =>
      (removed: ModeSet) =>
        values.get(designs[removed])![measure]!,
  );
  const over = (value: (without: (removed: ModeSet) => number) => number): Estimate => estimate(perSeed.map(value));
  const attribution = new ExactAttribution(MODES.length);
  const shares = perSeed.map((without) => attribution.shares(without));
  const modes = MODES.map((mode, i): ModeShare => {
    const bit = bitOfMode(mode);
    return {
      mode,
      share: estimate(shares.map((values) => values[i])),
      healsAlone: over((without) => without(bit) - without(0)),
      lostIfOnlyItRemains: over((without) => without(ALL_MODES) - without(ALL_MODES & ~bit)),
    };
  });
  const harmful = seeds.length > 1 ? modes.filter(({ share }) => share.low > 0) : [];
  return {
    layer,
    asItIs: over((without) => without(0)),
    ideal: over((without) => without(ALL_MODES)),
    modes,
    harmful: harmful.map(({ mode }) => mode),
    dominant: dominantAmong(modes, harmful),
    policy: over((without) => 1 - without(ALL_MODES)),
    combinations: designs.map((_, removed) => ({
      removed: modesIn(removed),
      value: over((without) => without(removed)),
    })),
  };
}

function dominantAmong(modes: readonly ModeShare[], harmful: readonly ModeShare[]): Mode | null {
  const [first, second] = [...modes].sort((a, b) => b.share.mean - a.share.mean);
  const isFarAhead = first.share.mean >= DOMINANCE * second.share.mean;
  return harmful.includes(first) && isFarAhead ? first.mode : null;
}

/** Of each mode the examples of the first seed that has some. */
function firstExamples(seeds: readonly DiagnosisSeed[]): Example[] {
  return MODES.flatMap((mode) => {
    const ofMode = seeds.map(({ examples }) => examples.filter((example) => example.mode === mode));
    return ofMode.find((examples) => examples.length > 0) ?? [];
  });
}
