import { estimate } from '../../measure/statistics.ts';
import type { Estimate } from '../../measure/statistics.ts';
import { PHASES } from './phase.ts';
import type { Phase } from './phase.ts';
import type { SweepPlan } from './plan.ts';
import { settingsAt } from './plan.ts';
import type { Scalar } from './quantity.ts';
import type { RowTable } from './row-table.ts';
import type { SweepRow } from './rows.ts';
import type { Crossing, Place } from './crossings.ts';
import { crossingsOf } from './crossings.ts';

/** Where something changes along a parameter. */
export interface Threshold extends Crossing {
  readonly parameter: string;
  /** Where the other parameter of a grid stands. */
  readonly where: Readonly<Record<string, Scalar>>;
  readonly design: string;
  readonly change:
    /** The design's figure falls below, or rises above, that of another. */
    | { readonly kind: 'crosses'; readonly figure: string; readonly against: string }
    /** From here on, or up to here, the design is at least in this phase. */
    | { readonly kind: 'phase'; readonly phase: Phase };
}

/** Thresholds along each parameter of numbers, for every value of the other one. */
export function thresholdsOf(plan: SweepPlan, table: RowTable): Threshold[] {
  const { parameters, designs, figures, trigger } = plan;
  return parameters.flatMap(({ path, kind }, k) => {
    if (kind === null) return [];
    return linesAlong(plan, k).flatMap(({ where, points }) => {
      const along = (estimateAt: (point: number) => Estimate): Crossing[] =>
        crossingsOf(points.map((p): Place => ({ x: plan.points[p][k].x!, ...estimateAt(p) })));
      const pairs = designs.flatMap((design, i) => designs.slice(i + 1).map((against) => [design, against] as const));
      const crossings = figures.flatMap((figure) =>
        pairs.flatMap(([design, against]) =>
          along((p) => estimate(table.differences(design, against, p, figure))).map((crossing): Threshold => ({
            parameter: path,
            where,
            design,
            change: { kind: 'crosses', figure, against },
            ...crossing,
          })),
        ),
      );
      const phases = (trigger === null ? [] : designs).flatMap((design) =>
        PHASES.slice(1).flatMap((phase, rank) =>
          along((p) => sidesOf(table.at(design, p), rank + 1)).map((crossing): Threshold => ({
            parameter: path,
            where,
            design,
            change: { kind: 'phase', phase },
            ...crossing,
          })),
        ),
      );
      return [...crossings, ...phases];
    });
  });
}

/** Above 0 where more seeds than not are in this phase or a worse one; without doubt only where all seeds agree. */
function sidesOf(rows: readonly SweepRow[], rank: number): Estimate {
  const sides = rows.map(({ figures }) => (PHASES.indexOf(figures.phase!.phase) >= rank ? 1 : -1));
  const mean = sides.reduce((sum, side) => sum + side, 0) / sides.length;
  return { mean, low: Math.min(...sides), high: Math.max(...sides) };
}

/** The points of a grid along one parameter, for every value of the others. */
function linesAlong(
  plan: SweepPlan,
  k: number,
): { readonly where: Readonly<Record<string, Scalar>>; readonly points: readonly number[] }[] {
  const lines = new Map<string, { where: Record<string, Scalar>; points: number[] }>();
  plan.points.forEach((_, p) => {
    const { [plan.parameters[k].path]: _own, ...where } = settingsAt(plan, p);
    const key = JSON.stringify(where);
    const line = lines.get(key) ?? { where, points: [] };
    line.points.push(p);
    lines.set(key, line);
  });
  return [...lines.values()];
}
