import type { FidelityFigures, RunFigures } from '../measure/figures.ts';
import { estimate } from '../measure/statistics.ts';
import type { Estimate } from '../measure/statistics.ts';
import { BARE } from '../scenario/scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { SCHEMA_VERSION, VERSION } from '../measure/version.ts';
import { aggregate, aggregateDifferences } from './aggregate.ts';
import type { Estimated } from './aggregate.ts';
import { humpsOf } from './humps.ts';
import type { Humps } from './humps.ts';
import { aggregateConflicts } from './run.ts';
import type { RunsDocument } from './run.ts';
import type { PairResult, RevivalResult, SeedResult } from './seed-job.ts';

/** Everything that is measured of one design and seed. */
export type DesignFigures = Omit<RunFigures, 'digest' | 'conflicts'> & Partial<FidelityFigures>;

/** One design over all seeds. */
export type ComparedDesign = {
  readonly name: string;
  readonly perSeed: readonly { seed: string; digest: string }[];
} & Estimated<DesignFigures> & { readonly conflicts: RunsDocument['conflicts'] };

/** Two layers, or one, and the share of the kills that they answer for, chance taken out. */
export interface Blame {
  readonly layers: readonly string[];
  /** Share of the kills, less what re-keying alone revives. */
  readonly share: Estimate;
}

/** A comparison of designs over the same worlds. */
export interface Comparison {
  readonly schemaVersion: string;
  readonly version: string;
  readonly scenario: string;
  readonly seeds: readonly string[];
  readonly designs: readonly ComparedDesign[];
  /** Each design less the first, seed by seed. */
  readonly differences: readonly ({ readonly design: string; readonly against: string } & Estimated<
    Partial<DesignFigures>
  >)[];
  /** One-way flips of the pairs that expectations compare. */
  readonly pairs: readonly ({ readonly design: string; readonly against: string } & Estimated<
    Omit<PairResult, 'design' | 'against'>
  >)[];
  /** Of the first layered design's kills: what removing one layer, or either of two, revives. */
  readonly blame: {
    readonly design: string;
    readonly kills: Estimate;
    readonly byChance: Estimate;
    readonly single: readonly Blame[];
    readonly needBoth: readonly Blame[];
    /** Kills that only removing both of two layers revives, of the pairs that a design leaves out. */
    readonly eitherSuffices: readonly Blame[];
  } | null;
  /** Designs of which some worlds go one way, and some the other: their means say little. */
  readonly humps: readonly DesignHumps[];
  readonly notes: readonly string[];
}

/** Two humps of a design's fidelity (without references: success) over the seeds. */
export type DesignHumps = Humps & {
  readonly design: string;
  readonly figure: ComparedFigure;
  /** In the order of the seeds. */
  readonly values: readonly number[];
};

/** What a comparison compares. */
export type ComparedFigure = 'fidelity' | 'success';

/** The figures whose paired differences a comparison lists. */
const DIFFERENCES = [
  'success',
  'fidelity',
  'goodputPerSecond',
  'amplification',
  'duplicates',
  'wastedWork',
  'latencyMs',
  'waitMs',
] as const;

/** Puts the seeds that were run so far side by side. */
export function compareSeeds(scenario: Scenario, results: readonly SeedResult[], notes: readonly string[]): Comparison {
  const names = results[0].designs.map(({ name }) => name);
  const figures = names.map((_, d) => results.map((result) => figuresOf(result, d)));
  const designs = names.map((name, d) => ({
    name,
    perSeed: results.map(({ seed, designs: rows }) => ({ seed, digest: rows[d].figures.digest })),
    ...aggregate(figures[d]),
    conflicts: aggregateConflicts(results.map((result) => result.designs[d].figures.conflicts)),
  }));
  const differences = names.slice(1).map((design, d) => ({
    design,
    against: names[0],
    ...aggregateDifferences(results.map((_, i) => [pick(figures[0][i]), pick(figures[d + 1][i])] as const)),
  }));
  return {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario: scenario.name,
    seeds: results.map(({ seed }) => seed),
    designs,
    differences,
    pairs: aggregatePairs(results),
    blame: blameOf(
      scenario.designs[0].name,
      results.map((result) => result.revivals),
    ),
    humps: humpsOfDesigns(names, figures),
    notes,
  };
}

/** Humps closer together than this, a tenth of a point, matter to nobody. */
const MATERIAL = 0.001;

function humpsOfDesigns(names: readonly string[], figures: readonly (readonly DesignFigures[])[]): DesignHumps[] {
  return names.flatMap((design, d) => {
    const [{ fidelity }] = figures[d];
    const figure = fidelity === undefined || fidelity === null ? 'success' : 'fidelity';
    const values = figures[d].map((one) => one[figure] ?? NaN);
    const humps = humpsOf(values, MATERIAL);
    return humps === null ? [] : [{ design, figure, values, ...humps }];
  });
}

function figuresOf(result: SeedResult, d: number): DesignFigures {
  const { figures, fidelity } = result.designs[d];
  const { digest: _digest, conflicts: _conflicts, ...rest } = figures;
  return fidelity === null ? rest : { ...rest, ...fidelity };
}

function pick(figures: DesignFigures): Partial<DesignFigures> {
  const picked: Record<string, unknown> = {};
  for (const name of DIFFERENCES) if (figures[name] !== undefined) picked[name] = figures[name];
  return picked;
}

function aggregatePairs(results: readonly SeedResult[]): Comparison['pairs'] {
  return results[0].pairs.map(({ design, against }, p) => ({
    design,
    against,
    ...aggregate(results.map(({ pairs }) => ({ killed: pairs[p].killed, saved: pairs[p].saved }))),
  }));
}

/**
 * Which layers the kills need. Re-keying alone revives many a kill, so with f the share so revived, a removal's share p
 * is reported as (p - f) / (1 - f).
 */
export function blameOf(design: string, results: readonly (RevivalResult | null)[]): Comparison['blame'] {
  const revivals = results.filter((one) => one !== null);
  if (revivals.length < results.length) return null;
  // Seeds without kills say nothing of what kills need.
  const killing = revivals.filter(({ kills }) => kills > 0);
  if (killing.length === 0) return null;
  const corrected = (
    count: (one: RevivalResult) => number,
    byChance = (one: RevivalResult): number => one.byChance,
  ): Estimate =>
    estimate(
      killing.map((one) => {
        const chance = byChance(one) / one.kills;
        return chance === 1 ? 0 : (count(one) / one.kills - chance) / (1 - chance);
      }),
    );
  const single = Object.keys(killing[0].without).map((layer) => ({
    layers: [layer],
    share: corrected((one) => one.without[layer]),
  }));
  const needBoth = killing[0].needBoth.map(({ layers }, i) => ({
    layers,
    share: corrected((one) => one.needBoth[i].count),
  }));
  const eitherSuffices = killing[0].eitherSuffices.map(({ layers }, i) => ({
    layers,
    share: corrected(
      (one) => one.eitherSuffices[i].count,
      (one) => one.eitherSuffices[i].byChance,
    ),
  }));
  const byShare = (a: Blame, b: Blame): number => b.share.mean - a.share.mean;
  return {
    design,
    kills: estimate(revivals.map(({ kills }) => kills)),
    byChance: estimate(killing.map((one) => one.byChance / one.kills)),
    single: single.sort(byShare),
    needBoth: needBoth.sort(byShare),
    eitherSuffices: eitherSuffices.sort(byShare),
  };
}

/** The whole comparison in one sentence. */
export function closingSentence(comparison: Comparison): string {
  const { designs, differences, blame } = comparison;
  const subject = designs.find(({ name }) => name !== BARE);
  const difference = differences.find(({ design }) => design === subject?.name);
  const fidelity = subject?.fidelity;
  const change = difference?.fidelity;
  if (subject === undefined) return '';
  if (Number.isNaN(subject.success.mean)) return 'No request arrived in the measured time.';
  if (fidelity === undefined || fidelity === null || change === undefined || change === null) {
    return `\`${subject.name}\` served ${percent(subject.success.mean)} of the requests.`;
  }
  const kills = blameClause(blame);
  if (comparison.seeds.length === 1) {
    return `\`${subject.name}\` served ${percent(fidelity.mean)} of the servable requests, ${afterOneSeed(change.mean)}${kills}.`;
  }
  const [low, high] = [Math.abs(change.low), Math.abs(change.high)].sort((a, b) => a - b);
  const clear = change.low > 0 || change.high < 0;
  const interval = `95 % interval ${points(clear ? low : change.low)} to ${points(clear ? high : change.high)}`;
  const changed = clear
    ? `${points(Math.abs(change.mean))} points ${change.mean < 0 ? 'fewer' : 'more'} than \`${BARE}\` (${interval})`
    : `no clear difference to \`${BARE}\` (${interval} points)`;
  return `\`${subject.name}\` served ${percent(fidelity.mean)} of the servable requests, ${changed}${kills}.`;
}

/** One seed has no interval. */
function afterOneSeed(change: number): string {
  if (change === 0) return `as many as \`${BARE}\` in this one seed`;
  return `${points(Math.abs(change))} points ${change < 0 ? 'fewer' : 'more'} than \`${BARE}\` in this one seed`;
}

function blameClause(blame: Comparison['blame']): string {
  if (blame === null) return '';
  const [worst] = blame.needBoth.filter(({ share }) => share.low > 0);
  if (worst !== undefined && worst.share.mean >= 0.005) {
    const [a, b] = worst.layers;
    return `; ${percent(worst.share.mean, 0)} of its kills need both \`${a}\` and \`${b}\``;
  }
  const [alone] = blame.single.filter(({ share }) => share.low > 0);
  if (alone === undefined) return '';
  return `; ${percent(alone.share.mean, 0)} of its kills need \`${alone.layers[0]}\``;
}

function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}
