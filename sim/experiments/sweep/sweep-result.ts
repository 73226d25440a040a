import { SCHEMA_VERSION, VERSION } from '../../measure/version.ts';
import { estimate } from '../../measure/statistics.ts';
import type { Estimate } from '../../measure/statistics.ts';
import type { Correlation } from './correlations.ts';
import { correlationsOf } from './correlations.ts';
import type { PhaseCount } from './phase-count.ts';
import { phaseCount } from './phase-count.ts';
import type { SweepPlan } from './plan.ts';
import { settingsAt } from './plan.ts';
import type { QuantityKind, Scalar } from './quantity.ts';
import { RowTable } from './row-table.ts';
import type { SweepRow } from './rows.ts';
import type { Threshold } from './thresholds.ts';
import { thresholdsOf } from './thresholds.ts';

/** What came of a sweep, as `sweep --json` writes it. */
export interface SweepResult {
  readonly schemaVersion: string;
  readonly version: string;
  readonly scenario: string;
  readonly parameters: readonly { readonly path: string; readonly kind: QuantityKind | null }[];
  readonly method: 'grid' | 'latinHypercube';
  readonly seeds: readonly string[];
  readonly figures: readonly string[];
  readonly trigger: SweepPlan['trigger'];
  /** Runs that are there, of those that there will be. */
  readonly done: number;
  readonly planned: number;
  readonly points: readonly SweptPoint[];
  readonly thresholds: readonly Threshold[];
  /** Of a Latin hypercube: how each parameter goes together with each figure. */
  readonly correlations: readonly Correlation[];
}

export interface SweptPoint {
  readonly values: Readonly<Record<string, Scalar>>;
  /** The values as numbers (nanoseconds, events a second, shares of one); null of what is no quantity. */
  readonly x: readonly (number | null)[];
  readonly designs: readonly {
    readonly name: string;
    readonly seeds: number;
    /** By figure; null where the runs have none. */
    readonly figures: Readonly<Record<string, Estimate | null>>;
    readonly phase: PhaseCount | null;
  }[];
}

/** Puts the rows of a sweep together, as many as there are. Throws `UnknownFigureError`. */
export function sweepResult(plan: SweepPlan, rows: ReadonlyMap<string, SweepRow>): SweepResult {
  const { scenario, parameters, method, seeds, figures, trigger } = plan;
  const table = new RowTable(plan, rows);
  const points = plan.points.map((point, p): SweptPoint => ({
    values: settingsAt(plan, p),
    x: point.map(({ x }) => x),
    designs: plan.designs.map((name) => ({
      name,
      seeds: table.at(name, p).length,
      figures: Object.fromEntries(figures.map((figure) => [figure, estimateOf(table.values(name, p, figure))])),
      phase: phaseCount(table.at(name, p)),
    })),
  }));
  return {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario,
    parameters,
    method,
    seeds,
    figures,
    trigger,
    done: rows.size,
    planned: plan.points.length * plan.designs.length * seeds.length,
    points: points.filter(({ designs }) => designs.some((design) => design.seeds > 0)),
    thresholds: method === 'grid' ? thresholdsOf(plan, table) : [],
    correlations: method === 'grid' ? [] : correlationsOf(plan, points),
  };
}

function estimateOf(values: readonly number[]): Estimate | null {
  const known = values.filter((value) => value === value);
  return known.length === 0 ? null : estimate(known);
}
