import { Stream, uniform } from '../kernel/random.ts';

/**
 * Hartigan's dip of a sample: how far its distribution is, at the least, from any with one hump; between 1/(2n) and 1/4.
 * Source: J. A. Hartigan, P. M. Hartigan, The Dip Test of Unimodality, Annals of Statistics 13 (1985), and algorithm
 * AS 217 (P. M. Hartigan, Applied Statistics 34, 1985) with the corrections of M. Maechler's R package `diptest`.
 *
 * @param sorted in ascending order, at least one value
 */
export function dip(sorted: readonly number[]): number {
  const n = sorted.length;
  if (n < 2 || sorted[0] === sorted[n - 1]) return 1 / (2 * n);
  const below = convexKnots(sorted);
  const above = concaveKnots(sorted);
  let low = 0;
  let high = n - 1;
  let dip = 1;
  for (;;) {
    const minorant = chain(high, (at) => at > low, below);
    const majorant = chain(low, (at) => at < high, above);
    const gap = widestGap(sorted, minorant, majorant);
    if (gap.distance < dip) break;
    const left = largestFall(sorted, minorant, gap.minorant);
    const right = largestRise(sorted, majorant, gap.majorant);
    dip = Math.max(dip, left, right);
    if (low === minorant[gap.minorant] && high === majorant[gap.majorant]) break;
    low = minorant[gap.minorant];
    high = majorant[gap.majorant];
  }
  return dip / (2 * n);
}

/** For each value the knot before it on the greatest convex minorant of the values up to it. */
function convexKnots(x: readonly number[]): number[] {
  const knots = [0];
  for (let j = 1; j < x.length; j++) {
    let knot = j - 1;
    while (knot !== 0 && (x[j] - x[knot]) * (knot - knots[knot]) >= (x[knot] - x[knots[knot]]) * (j - knot)) {
      knot = knots[knot];
    }
    knots.push(knot);
  }
  return knots;
}

/** For each value the knot after it on the least concave majorant of the values from it on. */
function concaveKnots(x: readonly number[]): number[] {
  const last = x.length - 1;
  const knots = x.map(() => last);
  for (let k = last - 1; k >= 0; k--) {
    let knot = k + 1;
    while (knot !== last && (x[k] - x[knot]) * (knot - knots[knot]) >= (x[knot] - x[knots[knot]]) * (k - knot)) {
      knot = knots[knot];
    }
    knots[k] = knot;
  }
  return knots;
}

function chain(from: number, goesOn: (at: number) => boolean, knots: readonly number[]): number[] {
  const chain = [from];
  for (let at = from; goesOn(at);) {
    at = knots[at];
    chain.push(at);
  }
  return chain;
}

/** Where minorant (from the right) and majorant (from the left) are farthest apart, and how far. */
function widestGap(
  x: readonly number[],
  minorant: readonly number[],
  majorant: readonly number[],
): { distance: number; minorant: number; majorant: number } {
  const lastOfMinorant = minorant.length - 1;
  const lastOfMajorant = majorant.length - 1;
  let gap = { distance: 0, minorant: lastOfMinorant, majorant: lastOfMajorant };
  if (lastOfMinorant === 1 && lastOfMajorant === 1) return { ...gap, distance: 1 };
  let i = lastOfMinorant - 1;
  let j = 1;
  do {
    const [a, b] = [minorant[i], majorant[j]];
    let distance: number;
    if (a > b) {
      const before = minorant[i + 1];
      distance = b - before + 1 - ((x[b] - x[before]) * (a - before)) / (x[a] - x[before]);
      j++;
      if (distance >= gap.distance) gap = { distance, minorant: i + 1, majorant: j - 1 };
    } else {
      const before = majorant[j - 1];
      distance = ((x[a] - x[before]) * (b - before)) / (x[b] - x[before]) - (a - before - 1);
      i--;
      if (distance >= gap.distance) gap = { distance, minorant: i + 1, majorant: j };
    }
    i = Math.max(0, i);
    j = Math.min(lastOfMajorant, j);
  } while (minorant[i] !== majorant[j]);
  return gap;
}

function largestFall(x: readonly number[], minorant: readonly number[], from: number): number {
  let largest = 0;
  for (let k = from; k < minorant.length - 1; k++) {
    const [first, last] = [minorant[k + 1], minorant[k]];
    let most = 1;
    if (last - first > 1 && x[last] !== x[first]) {
      const slope = (last - first) / (x[last] - x[first]);
      for (let i = first; i <= last; i++) most = Math.max(most, i - first + 1 - (x[i] - x[first]) * slope);
    }
    largest = Math.max(largest, most);
  }
  return largest;
}

function largestRise(x: readonly number[], majorant: readonly number[], from: number): number {
  let largest = 0;
  for (let k = from; k < majorant.length - 1; k++) {
    const [first, last] = [majorant[k], majorant[k + 1]];
    let most = 1;
    if (last - first > 1 && x[last] !== x[first]) {
      const slope = (last - first) / (x[last] - x[first]);
      for (let i = first; i <= last; i++) most = Math.max(most, (x[i] - x[first]) * slope - (i - first - 1));
    }
    largest = Math.max(largest, most);
  }
  return largest;
}

const SAMPLES = 2000;
const nulls = new Map<number, readonly number[]>();

/**
 * How likely a sample of n values with one hump has this dip or a larger one, against the uniform distribution (of all
 * with one hump the hardest to tell from two), by 2,000 samples of it that are the same every time.
 */
export function dipSignificance(observed: number, n: number): number {
  let samples = nulls.get(n);
  if (samples === undefined) {
    const stream = new Stream(String(n), 'dip test');
    samples = Array.from({ length: SAMPLES }, () =>
      dip(Array.from({ length: n }, () => uniform(stream)).sort((a, b) => a - b)),
    );
    nulls.set(n, samples);
  }
  return (1 + samples.filter((sample) => sample >= observed).length) / (1 + SAMPLES);
}
