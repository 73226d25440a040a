import { below, Stream, uniform } from '../../kernel/random.ts';
import type { Parameter } from './parameter.ts';
import type { RangeValue } from './range.ts';
import { SweepError } from './sweep-error.ts';

/** One place of a sweep: a value for each of its parameters, in their order. */
export type Point = readonly RangeValue[];

/** Every combination of the parameters' values; the last parameter changes fastest. Throws `SweepError`. */
export function gridOf(parameters: readonly Parameter[]): Point[] {
  let points: Point[] = [[]];
  for (const { path, range } of parameters) {
    if (range.values.length === 0) {
      throw new SweepError(
        `--param ${path}: say how far apart its values are (a..b:step), or how many there are (a..b/n)`,
      );
    }
    if (points.length * range.values.length > MOST_POINTS) {
      throw new SweepError(`this grid has more than ${MOST_POINTS} points: take fewer values, or a Latin hypercube`);
    }
    points = points.flatMap((point) => range.values.map((value) => [...point, value]));
  }
  return points;
}

/** More are refused, whatever else is said. */
export const MOST_POINTS = 1_000_000;

/**
 * A Latin hypercube of n points: each parameter's range is cut into n equal slices, and each slice is met once, at a
 * place within it that is drawn. Source: McKay, Beckman, Conover, Technometrics 21 (1979).
 *
 * @param seed of the draws, which have nothing to do with those of the worlds
 */
export function latinHypercube(parameters: readonly Parameter[], n: number, seed: string): Point[] {
  if (!Number.isSafeInteger(n) || n < 2 || n > MOST_POINTS) {
    throw new SweepError(`--lhs: expected a whole number from 2 to ${MOST_POINTS}, found ${n}`);
  }
  const columns = parameters.map(({ path, range }) => {
    const stream = new Stream(seed, `latin hypercube/${path}`);
    return shuffled(n, stream).map((slice) => range.at((slice + uniform(stream)) / n));
  });
  return Array.from({ length: n }, (_, i) => columns.map((column) => column[i]));
}

/** 0 … n-1 in an order that is drawn (Fisher and Yates). */
function shuffled(n: number, stream: Stream): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = below(stream, i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
