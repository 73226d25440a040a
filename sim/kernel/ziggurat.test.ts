import { describe, expect, it } from 'vitest';
import { Draw, Stream, rootKey } from './random.ts';
import type { RandomSource } from './random.ts';
import { normalCdf } from './testing/exact-distributions.ts';
import {
  ANDERSON_DARLING_LIMIT,
  KOLMOGOROV_SMIRNOV_LIMIT,
  andersonDarling,
  chiSquare,
  chiSquareLimit,
  kolmogorovSmirnov,
  meanOf,
  probabilities,
} from './testing/goodness-of-fit.ts';
import { exponential, normal } from './ziggurat.ts';

const MANY = 5_000_000;
/** Right edges of the ziggurats' bases, beyond which another method draws. */
const EXPONENTIAL_EDGE = 7.69711747013105;
const NORMAL_EDGE = 3.654152885361009;

const draw = new Draw(rootKey('ziggurat'), 'noise', 'backend');
const stream = new Stream('ziggurat', 'arrivals');

const SOURCES: readonly [name: string, source: (i: number) => RandomSource][] = [
  ['a draw of each request', (i) => draw.at(0, i, 0)],
  ['a stream', () => stream],
];

function sample(count: number, source: (i: number) => RandomSource, f: (source: RandomSource) => number): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = f(source(i));
  return values;
}

function expectFit(values: Float64Array, cdf: (x: number) => number): void {
  const rising = probabilities(values, cdf);
  expect(kolmogorovSmirnov(rising)).toBeLessThan(KOLMOGOROV_SMIRNOV_LIMIT);
  expect(andersonDarling(rising)).toBeLessThan(ANDERSON_DARLING_LIMIT);
}

/** Means of powers 1 … 4 within four of their exact standard errors. */
function expectMoments(values: Float64Array, exact: (power: number) => number): void {
  const sums = new Float64Array(5);
  for (const x of values) {
    const square = x * x;
    sums[1] += x;
    sums[2] += square;
    sums[3] += square * x;
    sums[4] += square * square;
  }
  for (let power = 1; power <= 4; power++) {
    const error = Math.sqrt((exact(2 * power) - exact(power) ** 2) / values.length);
    expect(Math.abs(sums[power] / values.length - exact(power)), `moment ${power}`).toBeLessThan(4 * error);
  }
}

function expectShare(values: Float64Array, hit: (x: number) => boolean, probability: number): Float64Array {
  const hits = values.filter(hit);
  const expected = values.length * probability;
  expect(Math.abs(hits.length - expected)).toBeLessThan(4 * Math.sqrt(expected * (1 - probability)));
  return hits;
}

/** Where the values fall in 1000 intervals of equal probability: finds a layer that is drawn too often. */
function expectEvenLayers(values: Float64Array, cdf: (x: number) => number): void {
  const bins = 1000;
  // A table of the function's values, for it is too slow for each value.
  const edges = Float64Array.from({ length: bins - 1 }, (_, i) => inverse(cdf, (i + 1) / bins));
  const counts = new Float64Array(bins);
  for (const x of values) {
    let low = 0;
    let high = bins - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x < edges[middle]) high = middle;
      else low = middle + 1;
    }
    counts[low]++;
  }
  expect(chiSquare(counts, () => values.length / bins)).toBeLessThan(chiSquareLimit(bins - 1, 3.09));
}

function inverse(cdf: (x: number) => number, p: number): number {
  let [low, high] = [-40, 40];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return high;
}

const factorial = (k: number): number => (k === 0 ? 1 : k * factorial(k - 1));
/** E Z^k: 1 * 3 * 5 ... for even powers. */
const normalMoment = (k: number): number => (k % 2 === 1 ? 0 : k === 0 ? 1 : (k - 1) * normalMoment(k - 2));
const exponentialCdf = (x: number): number => (x > 0 ? -Math.expm1(-x) : 0);

describe.each(SOURCES)('exponential, by %s', (_, source) => {
  const values = sample(MANY, source, exponential);

  it('fits the distribution', () => {
    expectFit(values.slice(0, 200_000), exponentialCdf);
    expectEvenLayers(values, exponentialCdf);
  });

  it('has the moments of the distribution up to the fourth', () => {
    expectMoments(values, factorial);
  });

  it('reaches beyond the base as often, and as far, as it should', () => {
    const beyond = expectShare(values, (x) => x > EXPONENTIAL_EDGE, Math.exp(-EXPONENTIAL_EDGE));
    expect(beyond.length).toBeGreaterThan(2000);
    expectFit(beyond, (x) => -Math.expm1(EXPONENTIAL_EDGE - x));
  });

  it('is never negative', () => {
    expect(values.every((x) => x >= 0)).toBe(true);
  });
});

describe.each(SOURCES)('normal, by %s', (_, source) => {
  const values = sample(MANY, source, normal);

  it('fits the distribution', () => {
    expectFit(values.slice(0, 200_000), normalCdf);
    expectEvenLayers(values, normalCdf);
  });

  it('has the moments of the distribution up to the fourth', () => {
    expectMoments(values, normalMoment);
  });

  it('reaches beyond the base as often, and as far, as it should, on both sides', () => {
    const upper = 1 - normalCdf(NORMAL_EDGE);
    for (const side of [1, -1]) {
      const beyond = expectShare(values, (x) => side * x > NORMAL_EDGE, upper);
      expect(beyond.length).toBeGreaterThan(500);
      expectFit(beyond, (x) => 1 - (1 - normalCdf(side * x)) / upper);
    }
  });

  it('has a sign that says nothing of its size', () => {
    const { mean, standardError } = meanOf(values.slice(0, 1_000_000), (x) => Math.sign(x) * Math.abs(x) ** 0.1);
    expect(Math.abs(mean)).toBeLessThan(4 * standardError);
  });
});
