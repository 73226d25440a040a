import type { SweepPlan } from './plan.ts';
import { rankCorrelation } from './rank-correlation.ts';
import type { SweptPoint } from './sweep-result.ts';

export interface Correlation {
  readonly parameter: string;
  readonly figure: string;
  readonly design: string;
  /** Spearman's rank correlation over the points, -1 to 1. */
  readonly rho: number;
}

/** Over the points of a Latin hypercube. */
export function correlationsOf(
  { parameters, designs, figures }: SweepPlan,
  points: readonly SweptPoint[],
): Correlation[] {
  return parameters.flatMap(({ path, kind }, k) => {
    if (kind === null) return [];
    return figures.flatMap((figure) =>
      designs.flatMap((design, d): Correlation[] => {
        const pairs = points.flatMap((point): [number, number][] => {
          const value = point.designs[d].figures[figure];
          return value === null ? [] : [[point.x[k]!, value.mean]];
        });
        return pairs.length < 3 ? [] : [{ parameter: path, figure, design, rho: rankCorrelation(pairs) }];
      }),
    );
  });
}
