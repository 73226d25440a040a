import type { FidelityFigures, RunFigures } from '../measure/figures.ts';
import type { ConflictCount } from '../measure/conflicts.ts';
import { estimate } from '../measure/statistics.ts';
import type { Estimate } from '../measure/statistics.ts';
import type { TimelineData } from '../measure/timeline.ts';
import type { Expectation } from '../scenario/expectation.ts';
import { bareDesign, LAYERED, ORACLE } from '../scenario/scenario.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { SCHEMA_VERSION, VERSION } from '../measure/version.ts';
import { aggregate } from './aggregate.ts';
import type { Estimated } from './aggregate.ts';
import type { SeedJob, SeedResult } from './seed-job.ts';

/** What of a scenario is run. */
export interface RunOptions {
  /** Fidelity, kills, churn: six runs for each design instead of one. */
  readonly references: boolean;
  readonly verdicts: boolean;
}

/** Names of the seeds of `n` replications: the first is the seed itself. */
export function seedsOf(seed: string, n: number): string[] {
  return Array.from({ length: n }, (_, i) => (i === 0 ? seed : `${seed}/${i}`));
}

/** A design of a scenario by its name; undefined if there is none. */
export function findDesign(scenario: Scenario, name: string): DesignSpec | undefined {
  if (name === bareDesign(scenario).name) return bareDesign(scenario);
  return scenario.designs.find((design) => design.name === name);
}

/** The job of one seed for some designs. */
export function seedJob(
  scenario: Scenario,
  designs: readonly DesignSpec[],
  seed: string,
  options: RunOptions,
): SeedJob {
  return {
    world: scenario.world,
    bare: bareDesign(scenario),
    designs,
    seed,
    references: options.references,
    verdicts: options.verdicts,
    pairs: options.references ? pairsOf(scenario.expect, designs) : [],
    plugins: scenario.plugins,
  };
}

/** Pairs of designs that expectations compare, other than with `bare`. */
function pairsOf(expect: readonly Expectation[], designs: readonly DesignSpec[]): (readonly [string, string])[] {
  const names = new Set([...designs.map(({ name }) => name), ORACLE]);
  const pairs = new Map<string, readonly [string, string]>();
  for (const { design, against } of expect) {
    if (names.has(design) && names.has(against)) pairs.set(`${design}\u0000${against}`, [design, against]);
  }
  return [...pairs.values()];
}

/** One expectation and what came out. */
export interface ExpectationResult {
  readonly that: string;
  readonly design: string;
  readonly against: string;
  /** The actual value; null where the figure is not there. */
  readonly actual: number | { readonly mean: number; readonly low: number; readonly high: number } | null;
  readonly ok: boolean;
  /** Seeds that failed, where every seed is judged. */
  readonly failedSeeds?: readonly string[];
}

/** The members that both kinds of documents about a run have. */
interface RunHeader {
  readonly schemaVersion: string;
  readonly version: string;
  readonly scenario: string;
  readonly design: string;
  readonly seed: string;
  readonly durationMs: number;
  readonly warmupMs: number;
}

type NullableFidelity = { readonly [K in keyof FidelityFigures]: FidelityFigures[K] | null };

/** `run --json` of one seed. */
export type RunDocument = RunHeader &
  RunFigures &
  NullableFidelity & {
    readonly expect: readonly ExpectationResult[];
    readonly timeline?: TimelineData;
    readonly notes: readonly string[];
  };

/** What stands for the figures that need references, where there are none. */
export const NO_FIDELITY: NullableFidelity = {
  fidelity: null,
  servable: null,
  servableAtInitial: null,
  cells: null,
  killed: null,
  saved: null,
  missed: null,
  beyond: null,
  churn: null,
  revivedByRekeying: null,
};

/** The document of one design's run over one seed. */
export function runDocument(
  scenario: Scenario,
  result: SeedResult,
  design: string = LAYERED,
  expect: readonly ExpectationResult[] = [],
): RunDocument {
  const { figures, fidelity } = result.designs.find(({ name }) => name === design)!;
  return {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario: scenario.name,
    design,
    seed: result.seed,
    durationMs: scenario.world.duration / 1e6,
    warmupMs: scenario.world.warmup / 1e6,
    ...figures,
    ...(fidelity ?? NO_FIDELITY),
    expect,
    notes: notesOf(scenario, figures),
  };
}

/** `run --json` of several seeds: every figure is a mean with its interval, and `perSeed` holds the digests. */
export type RunsDocument = Omit<RunHeader, 'seed'> & {
  readonly seeds: readonly string[];
  readonly perSeed: readonly { readonly seed: string; readonly digest: string }[];
} & Estimated<Omit<RunFigures, 'digest' | 'conflicts'> & NullableFidelity> & {
    readonly conflicts: readonly (Omit<ConflictCount, 'count'> & { readonly count: Estimate })[] | null;
    readonly expect: readonly ExpectationResult[];
    readonly notes: readonly string[];
  };

/** The document of one design's runs over several seeds. */
export function runsDocument(
  scenario: Scenario,
  results: readonly SeedResult[],
  design: string = LAYERED,
  expect: readonly ExpectationResult[] = [],
): RunsDocument {
  const documents = results.map((result) => runDocument(scenario, result, design));
  const [{ schemaVersion, version, durationMs, warmupMs }] = documents;
  const perSeed = documents.map(({ seed, digest }) => ({ seed, digest }));
  return {
    schemaVersion,
    version,
    scenario: scenario.name,
    design,
    seeds: perSeed.map(({ seed }) => seed),
    durationMs,
    warmupMs,
    perSeed,
    ...aggregate(documents.map(figuresAlone)),
    conflicts: aggregateConflicts(documents.map(({ conflicts }) => conflicts)),
    expect,
    notes: [...new Set(documents.flatMap(({ notes }) => notes))],
  };
}

/** A document without what it says beside its figures. */
function figuresAlone(document: RunDocument): Omit<RunFigures, 'digest' | 'conflicts'> & NullableFidelity {
  const { schemaVersion: _1, version: _2, scenario: _3, design: _4, seed: _5, durationMs: _6, ...rest } = document;
  const { warmupMs: _7, digest: _8, conflicts: _9, expect: _10, notes: _11, ...figures } = rest;
  return figures;
}

/** Conflicts by kind and layers over the seeds, most frequent first; one that a seed lacks counts 0 there. */
export function aggregateConflicts(seeds: readonly (readonly ConflictCount[] | null)[]): RunsDocument['conflicts'] {
  const known = seeds.filter((conflicts) => conflicts !== null);
  if (known.length < seeds.length) return null;
  const kinds = new Map<string, Omit<ConflictCount, 'count'>>();
  for (const { by, against, kind } of known.flat()) kinds.set(`${kind} ${by} ${against}`, { by, against, kind });
  const conflicts = [...kinds.values()].map((one) => {
    const same = ({ by, against, kind }: ConflictCount): boolean =>
      by === one.by && against === one.against && kind === one.kind;
    return { ...one, count: estimate(known.map((conflicts) => conflicts.find(same)?.count ?? 0)) };
  });
  return conflicts.sort((a, b) => b.count.mean - a.count.mean);
}

/** What a reader must know to read the figures right. */
export function notesOf(scenario: Scenario, figures: RunFigures): string[] {
  const notes = [...scenario.notes];
  if (figures.capped > 0) {
    notes.push(
      `The overload was bounded by the scenario's cap of ${scenario.world.cap} attempts in all services: ${figures.capped} more were refused.`,
    );
  }
  if (figures.faults.missed > 0) notes.push(`${figures.faults.missed} faults found nothing to strike.`);
  const large = scenario.world.services.filter(({ instances }) => instances.max > 64).map(({ name }) => name);
  if (figures.layers !== null && large.length > 0) {
    notes.push(
      `Verdicts on ${large.join(', ')} use an index of idle instances and else a hashed sample of 16: the pool is large.`,
    );
  }
  return notes;
}
