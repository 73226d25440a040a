import type { Scenario } from '../../scenario/scenario.ts';
import { VERSION } from '../../measure/version.ts';
import { needsReferences, needsVerdicts } from '../check.ts';
import type { Parameter } from './parameter.ts';
import type { Trigger } from './phase.ts';
import { triggerOf } from './phase.ts';
import { gridOf, latinHypercube } from './points.ts';
import type { QuantityKind, Scalar } from './quantity.ts';
import type { RangeValue } from './range.ts';
import { SweepError } from './sweep-error.ts';

/** A whole sweep as plain data: what is run, and what of it is measured. A rows file begins with it. */
export interface SweepPlan {
  readonly version: string;
  readonly scenario: string;
  /** Changes with everything that a run depends on: the scenario, its settings, its plugins. */
  readonly hash: string;
  readonly parameters: readonly { readonly path: string; readonly kind: QuantityKind | null }[];
  readonly method: 'grid' | 'latinHypercube';
  /** A value for each parameter, in their order. */
  readonly points: readonly (readonly RangeValue[])[];
  readonly designs: readonly string[];
  readonly seeds: readonly string[];
  /** Paths into the figures that are looked at. */
  readonly figures: readonly string[];
  readonly references: boolean;
  readonly verdicts: boolean;
  /** Where phases are wanted. */
  readonly trigger: Trigger | null;
}

export interface SweepRequest {
  readonly scenario: Scenario;
  readonly hash: string;
  readonly parameters: readonly Parameter[];
  /** Points of a Latin hypercube; undefined for the grid. */
  readonly lhs: number | undefined;
  readonly designs: readonly string[];
  readonly seeds: readonly string[];
  readonly figures: readonly string[];
  readonly phases: boolean;
}

/** Makes the plan of a sweep. Throws `SweepError`. */
export function planSweep(request: SweepRequest): SweepPlan {
  const { scenario, hash, parameters, lhs, designs, seeds, figures, phases } = request;
  if (parameters.length === 0) throw new SweepError('a sweep needs a --param, such as --param sidecar.tries=1..6');
  const paths = parameters.map(({ path }) => path);
  const doubled = paths.find((path, i) => paths.indexOf(path) !== i);
  if (doubled !== undefined) throw new SweepError(`--param ${doubled} is given twice`);
  if (lhs === undefined && parameters.length > 2) {
    throw new SweepError(`a grid has one parameter or two, not ${parameters.length}: take --lhs n for more`);
  }
  const asPaths = figures.map((figure) => ({ path: figure.split('.') }));
  return {
    version: VERSION,
    scenario: scenario.name,
    hash,
    parameters: parameters.map(({ path, range }) => ({ path, kind: range.kind })),
    method: lhs === undefined ? 'grid' : 'latinHypercube',
    points: lhs === undefined ? gridOf(parameters) : latinHypercube(parameters, lhs, scenario.seed),
    designs,
    seeds,
    figures,
    references: asPaths.some(needsReferences),
    verdicts: asPaths.some(needsVerdicts),
    trigger: phases ? triggerOf(scenario.world) : null,
  };
}

/** One of n parts of a sweep, each of which can run anywhere: part `index` of `count`, from 1 on. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Shard = { index: 1, count: 1 };

/** Reads `2/8`. Throws `SweepError`. */
export function parseShard(text: string): Shard {
  const form = /^(\d+)\/(\d+)$/.exec(text.trim());
  const shard = form === null ? undefined : { index: Number(form[1]), count: Number(form[2]) };
  if (shard === undefined || shard.index < 1 || shard.index > shard.count || shard.count > 1_000_000) {
    throw new SweepError(`--shard: expected i/n with i from 1 to n, such as 2/8, not \`${text}\``);
  }
  return shard;
}

/** The smallest piece of a sweep that is run, and written, as a whole: one point over one seed, every design. */
export interface SweepUnit {
  readonly point: number;
  readonly seed: string;
}

/** The units of a shard, in their order: every n-th of the whole, so that shards take alike. */
export function unitsOf({ points, seeds }: SweepPlan, { index, count }: Shard): SweepUnit[] {
  const units: SweepUnit[] = [];
  let number = 0;
  for (let point = 0; point < points.length; point++) {
    for (const seed of seeds) if (number++ % count === index - 1) units.push({ point, seed });
  }
  return units;
}

/** The values of a point by path, as settings and rows have them. */
export function settingsAt({ parameters, points }: SweepPlan, point: number): Record<string, Scalar> {
  return Object.fromEntries(parameters.map(({ path }, i) => [path, points[point][i].written]));
}

/** Simulations that so many units take at most; what they share is run only once. */
export function runsOf({ designs, references, trigger }: SweepPlan, units: number): number {
  const layered = designs.filter((name) => name !== 'bare').length;
  const each = references ? 2 * (layered + 1) + 1 : designs.length;
  return units * (each + (trigger === null ? 0 : 2 * designs.length));
}
