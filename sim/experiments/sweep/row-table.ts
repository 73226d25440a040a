import { numberPaths, valueAt } from '../aggregate.ts';
import { UnknownFigureError } from '../check.ts';
import type { SweepPlan } from './plan.ts';
import { settingsAt } from './plan.ts';
import type { SweepRow } from './rows.ts';
import { keyOfRow } from './rows.ts';

/** The rows by design and point, over the seeds in their order. */
export class RowTable {
  private readonly plan: SweepPlan;
  private readonly rows: ReadonlyMap<string, SweepRow>;

  constructor(plan: SweepPlan, rows: ReadonlyMap<string, SweepRow>) {
    this.plan = plan;
    this.rows = rows;
  }

  at(design: string, point: number): SweepRow[] {
    const settings = settingsAt(this.plan, point);
    return this.plan.seeds.flatMap((seed) => this.rows.get(keyOfRow({ design, point: settings, seed })) ?? []);
  }

  values(design: string, point: number, figure: string): number[] {
    return this.at(design, point).map((row) => figureOf(row, figure));
  }

  /** Differences seed by seed, of the seeds that both have. */
  differences(design: string, against: string, point: number, figure: string): number[] {
    const others = new Map(this.at(against, point).map((row) => [row.seed, row]));
    return this.at(design, point).flatMap((row) => {
      const other = others.get(row.seed);
      return other === undefined ? [] : [figureOf(row, figure) - figureOf(other, figure)];
    });
  }
}

/** Maps of counts by name hold only what occurred: what is missing is 0. */
const SPARSE = /^(rejectedBy|layers\.[^.]+\.wrong)\./;

/** A figure of a row by its path; NaN where the run has none. Throws `UnknownFigureError`. */
export function figureOf({ figures }: SweepRow, figure: string): number {
  const path = figure.split('.');
  const value = valueAt(figures, path);
  if (typeof value === 'number') return value;
  if (value === null) return NaN;
  if (value === undefined && SPARSE.test(figure) && valueAt(figures, path.slice(0, -1)) !== undefined) return 0;
  throw new UnknownFigureError(`--figure ${figure}`, figure, numberPaths(figures));
}

/** Whether the figures that a sweep looks at are there. Throws `UnknownFigureError`. */
export function checkFigures(figures: readonly string[], row: SweepRow): void {
  for (const figure of figures) figureOf(row, figure);
}
