import type { Estimate } from '../../measure/statistics.ts';

/** A curve along one parameter, or the difference of two, with its interval at each place. */
export interface Place extends Estimate {
  readonly x: number;
}

/** Where a curve crosses zero. */
export interface Crossing {
  /** By a straight line between the means. */
  readonly at: number;
  /** The last place on the one side, and the first on the other, of which the intervals leave no doubt. */
  readonly low: number;
  readonly high: number;
  /** Whether the curve goes up through it. */
  readonly rises: boolean;
}

/**
 * Where a curve crosses zero, in the order of x. Between two places on clear and opposite sides of zero there is one
 * crossing, however often the means between them change sides; places of which nothing is known are left out.
 */
export function crossingsOf(places: readonly Place[]): Crossing[] {
  const sorted = places.filter(({ mean }) => mean === mean).toSorted((a, b) => a.x - b.x);
  const crossings: Crossing[] = [];
  let last = -1;
  sorted.forEach(({ low, high }, i) => {
    const side = sideOf(low, high);
    if (side === 0) return;
    if (last >= 0 && sideOf(sorted[last].low, sorted[last].high) !== side) {
      const between = sorted.slice(last, i + 1);
      crossings.push({ at: zeroOf(between), low: sorted[last].x, high: sorted[i].x, rises: side > 0 });
    }
    last = i;
  });
  return crossings;
}

function sideOf(low: number, high: number): -1 | 0 | 1 {
  if (low > 0) return 1;
  return high < 0 ? -1 : 0;
}

/** Where straight lines between the means first reach the other side. */
function zeroOf(places: readonly { readonly x: number; readonly mean: number }[]): number {
  const [first] = places;
  const i = places.findIndex(({ mean }) => mean > 0 !== first.mean > 0);
  const [before, after] = [places[i - 1], places[i]];
  return before.x + ((after.x - before.x) * before.mean) / (before.mean - after.mean);
}
