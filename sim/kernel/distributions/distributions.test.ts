import { describe, expect, it } from 'vitest';
import { Draw, Stream, rootKey } from '../random.ts';
import type { RandomSource } from '../random.ts';
import { gammaCdf, normalCdf, quantile } from '../testing/exact-distributions.ts';
import {
  ANDERSON_DARLING_LIMIT,
  KOLMOGOROV_SMIRNOV_LIMIT,
  andersonDarling,
  chiSquare,
  chiSquareLimit,
  kolmogorovSmirnov,
  meanOf,
  probabilities,
  quantileInterval,
} from '../testing/goodness-of-fit.ts';
import { buildDistribution } from './index.ts';
import type { DistributionSpec } from './index.ts';

const SAMPLE = 200_000;
/** Two-sided 0.001. */
const DEVIATIONS = 3.29;

interface Case {
  readonly name: string;
  readonly spec: DistributionSpec;
  readonly mean: number;
  readonly cdf: (x: number) => number;
}

function truncated(centre: number, sd: number, min: number, max: number): Omit<Case, 'name'> {
  const low = normalCdf((min - centre) / sd);
  const mass = normalCdf((max - centre) / sd) - low;
  const density = (x: number) => Math.exp(-0.5 * ((x - centre) / sd) ** 2) / Math.sqrt(2 * Math.PI);
  return {
    spec: { kind: 'normal', mean: centre, sd, min, max },
    mean: centre + (sd * (density(min) - density(max))) / mass,
    cdf: (x) => (x <= min ? 0 : x >= max ? 1 : (normalCdf((x - centre) / sd) - low) / mass),
  };
}

function lognormal(mu: number, sigma: number): Omit<Case, 'name'> {
  return {
    spec: { kind: 'lognormal', mu, sigma },
    mean: Math.exp(mu + sigma ** 2 / 2),
    cdf: (x) => (x <= 0 ? 0 : normalCdf((Math.log(x) - mu) / sigma)),
  };
}

function gamma(shape: number, mean: number): Omit<Case, 'name'> {
  return { spec: { kind: 'gamma', shape, mean }, mean, cdf: (x) => gammaCdf(shape, (x * shape) / mean) };
}

/** The mean's factor is Γ(1 + 1/shape). */
function weibull(shape: number, scale: number, factor: number): Omit<Case, 'name'> {
  return {
    spec: { kind: 'weibull', shape, scale },
    mean: scale * factor,
    cdf: (x) => (x <= 0 ? 0 : -Math.expm1(-((x / scale) ** shape))),
  };
}

function pareto(alpha: number, min: number, max: number): Omit<Case, 'name'> {
  const mass = 1 - (min / max) ** alpha;
  const integral = alpha === 1 ? Math.log(max / min) : (min ** (1 - alpha) - max ** (1 - alpha)) / (alpha - 1);
  return {
    spec: { kind: 'pareto', alpha, min, max },
    mean: (alpha * min ** alpha * integral) / mass,
    cdf: (x) => (x <= min ? 0 : x >= max ? 1 : (1 - (min / x) ** alpha) / mass),
  };
}

const CASES: readonly Case[] = [
  {
    name: 'exponential',
    spec: { kind: 'exponential', mean: 80 },
    mean: 80,
    cdf: (x) => (x <= 0 ? 0 : -Math.expm1(-x / 80)),
  },
  {
    name: 'uniform',
    spec: { kind: 'uniform', min: 20, max: 50 },
    mean: 35,
    cdf: (x) => Math.min(1, Math.max(0, (x - 20) / 30)),
  },
  { name: 'normal, cut far out', ...truncated(100, 20, 0, 300) },
  { name: 'normal, cut on both sides', ...truncated(100, 30, 80, 150) },
  { name: 'normal, cut below the middle only', ...truncated(100, 50, 120, Infinity) },
  { name: 'lognormal', ...lognormal(4, 0.75) },
  { name: 'lognormal with a heavy tail', ...lognormal(2, 2) },
  { name: 'gamma, shape 0.3', ...gamma(0.3, 80) },
  { name: 'gamma, shape 1', ...gamma(1, 80) },
  { name: 'gamma, shape 3 (Erlang)', ...gamma(3, 80) },
  { name: 'gamma, shape 50', ...gamma(50, 80) },
  { name: 'Weibull, shape 0.5', ...weibull(0.5, 10, 2) },
  { name: 'Weibull, shape 1', ...weibull(1, 10, 1) },
  { name: 'Weibull, shape 2.5', ...weibull(2.5, 10, 0.8872638175030753) },
  { name: 'Pareto, tail index 0.7', ...pareto(0.7, 1, 1000) },
  { name: 'Pareto, tail index 1', ...pareto(1, 1, 1000) },
  { name: 'Pareto, tail index 1.5', ...pareto(1.5, 1, 1000) },
  { name: 'Pareto, tail index 2.5, without end', ...pareto(2.5, 10, Infinity) },
  {
    name: 'hyperexponential',
    spec: {
      kind: 'hyperexponential',
      branches: [
        { weight: 9, mean: 10 },
        { weight: 1, mean: 400 },
      ],
    },
    mean: 49,
    cdf: (x) => (x <= 0 ? 0 : 1 - 0.9 * Math.exp(-x / 10) - 0.1 * Math.exp(-x / 400)),
  },
];

const draw = new Draw(rootKey('distributions'), 'noise', 'backend');
const stream = new Stream('distributions', 'arrivals');
const SOURCES: readonly ((i: number) => RandomSource)[] = [(i) => draw.at(0, i, 0), () => stream];

function sampleOf(spec: DistributionSpec, source: (i: number) => RandomSource): Float64Array {
  const distribution = buildDistribution(spec);
  return Float64Array.from({ length: SAMPLE }, (_, i) => distribution.sample(source(i)));
}

describe.each(CASES)('$name', ({ spec, mean, cdf }) => {
  const samples = SOURCES.map((source) => sampleOf(spec, source));

  it('states its mean', () => {
    expect(Math.abs(buildDistribution(spec).mean / mean - 1)).toBeLessThan(1e-12);
  });

  it('has a sample mean within four standard errors of it', () => {
    for (const sample of samples) {
      const seen = meanOf(sample);
      expect(Math.abs(seen.mean - mean)).toBeLessThan(4 * seen.standardError);
    }
  });

  it('fits its distribution function', () => {
    for (const sample of samples) {
      const rising = probabilities(sample, cdf);
      expect(kolmogorovSmirnov(rising)).toBeLessThan(KOLMOGOROV_SMIRNOV_LIMIT);
      expect(andersonDarling(rising)).toBeLessThan(ANDERSON_DARLING_LIMIT);
    }
  });

  it('has its median, p99 and p99.9 between the order statistics that hold them 999 times in 1000', () => {
    for (const sample of samples) {
      const rising = sample.toSorted();
      for (const p of [0.5, 0.99, 0.999]) {
        const exact = quantile(cdf, p);
        const [low, high] = quantileInterval(SAMPLE, p, DEVIATIONS);
        expect(rising[low], `p${100 * p}`).toBeLessThanOrEqual(exact);
        expect(rising[high], `p${100 * p}`).toBeGreaterThanOrEqual(exact);
      }
    }
  });

  it('gives no number below zero, nor beyond its bounds', () => {
    const [min, max] = 'min' in spec ? [spec.min, spec.max] : [0, Infinity];
    for (const sample of samples) expect(sample.every((x) => x >= min && x <= max)).toBe(true);
  });
});

describe('deterministic', () => {
  it('is always its value, and takes no randomness', () => {
    const distribution = buildDistribution({ kind: 'deterministic', value: 7 });
    const forbidden: RandomSource = {
      high: 0,
      low: 0,
      next: () => {
        throw new Error('drew');
      },
    };
    expect([distribution.mean, distribution.sample(forbidden)]).toEqual([7, 7]);
  });
});

describe('empirical', () => {
  it('gives each value as often as its weight says', () => {
    const [values, weights] = [
      [5, 1, 9, 2, 7],
      [3, 0, 1, 4, 2],
    ];
    const spec: DistributionSpec = { kind: 'empirical', values, weights };
    expect(buildDistribution(spec).mean).toBeCloseTo((15 + 9 + 8 + 14) / 10, 12);
    for (const source of SOURCES) {
      const sample = sampleOf(spec, source);
      const counts = values.map((value) => sample.filter((x) => x === value).length);
      expect(counts[1]).toBe(0);
      const used = [0, 2, 3, 4];
      const square = chiSquare(
        used.map((i) => counts[i]),
        (i) => (SAMPLE * weights[used[i]]) / 10,
      );
      expect(square).toBeLessThan(chiSquareLimit(3, 3.09));
    }
  });

  it('never gives a value of weight zero, even where their shares sum to less than 1', () => {
    const last: RandomSource = { high: -1, low: -1, next: () => {} };
    const first: RandomSource = { high: 0, low: 0, next: () => {} };
    // Ten times a tenth, added up, is less than 1.
    const weights = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
    const distribution = buildDistribution({ kind: 'empirical', values: weights.map((_, i) => i), weights });
    expect([distribution.sample(first), distribution.sample(last)]).toEqual([1, 10]);
  });
});

describe('extremes of the uniform', () => {
  it('stay within the bounds of a Pareto', () => {
    for (const alpha of [0.3, 1, 1.1, 2, 7]) {
      for (const max of [1.1, 3, 1000, 1e9]) {
        const distribution = buildDistribution({ kind: 'pareto', alpha, min: 1, max });
        for (const word of [0, -1]) {
          const value = distribution.sample({ high: word, low: word, next: () => {} });
          expect(value).toBeGreaterThanOrEqual(1);
          expect(value).toBeLessThanOrEqual(max);
        }
      }
    }
  });

  it('of a Pareto without a mean: says so', () => {
    for (const alpha of [0.5, 1]) {
      expect(buildDistribution({ kind: 'pareto', alpha, min: 1, max: Infinity }).mean).toBe(Infinity);
    }
  });
});

describe('a parameter without meaning is refused, with its name', () => {
  const branch = { weight: 1, mean: 5 };
  it.each<[DistributionSpec, RegExp]>([
    [{ kind: 'deterministic', value: -1 }, /^value must be zero or more and finite, not -1$/],
    [{ kind: 'deterministic', value: Infinity }, /^value must be zero or more and finite, not Infinity$/],
    [{ kind: 'deterministic', value: NaN }, /^value must be/],
    [{ kind: 'exponential', mean: 0 }, /^mean must be positive and finite, not 0$/],
    [{ kind: 'exponential', mean: NaN }, /^mean must be positive and finite, not NaN$/],
    [{ kind: 'exponential', mean: Infinity }, /^mean must be positive and finite/],
    [{ kind: 'uniform', min: -1, max: 2 }, /^min must be zero or more/],
    [{ kind: 'uniform', min: 3, max: 2 }, /^max 2 is below min 3$/],
    [{ kind: 'uniform', min: 3, max: Infinity }, /^max must be zero or more and finite/],
    [{ kind: 'uniform', min: 3, max: NaN }, /^max must be/],
    [{ kind: 'normal', mean: NaN, sd: 1, min: 0, max: 2 }, /^mean must be finite, not NaN$/],
    [{ kind: 'normal', mean: 1, sd: 0, min: 0, max: 2 }, /^sd must be positive/],
    [{ kind: 'normal', mean: 1, sd: 1, min: -1, max: 2 }, /^min must be zero or more/],
    [{ kind: 'normal', mean: 1, sd: 1, min: 2, max: 2 }, /^max 2 is not above min 2$/],
    [{ kind: 'normal', mean: 1, sd: 1, min: 0, max: NaN }, /^max NaN is not above min 0$/],
    [{ kind: 'normal', mean: 1, sd: 1, min: 4, max: 9 }, /^\[4, 9\] holds less than 1 % of the normal's mass$/],
    [{ kind: 'lognormal', mu: NaN, sigma: 1 }, /^mu must be finite, not NaN$/],
    [{ kind: 'lognormal', mu: Infinity, sigma: 1 }, /^mu must be finite/],
    [{ kind: 'lognormal', mu: 1, sigma: 0 }, /^sigma must be positive/],
    [{ kind: 'gamma', shape: 0, mean: 1 }, /^shape must be positive/],
    [{ kind: 'gamma', shape: 1, mean: -1 }, /^mean must be positive/],
    [{ kind: 'weibull', shape: -1, scale: 1 }, /^shape must be positive/],
    [{ kind: 'weibull', shape: 1, scale: 0 }, /^scale must be positive/],
    [{ kind: 'pareto', alpha: 0, min: 1, max: 2 }, /^alpha must be positive/],
    [{ kind: 'pareto', alpha: 1, min: 0, max: 2 }, /^min must be positive/],
    [{ kind: 'pareto', alpha: 1, min: 2, max: 2 }, /^max 2 is not above min 2$/],
    [{ kind: 'pareto', alpha: 1, min: 2, max: NaN }, /^max NaN is not above min 2$/],
    [{ kind: 'hyperexponential', branches: [] }, /needs a branch$/],
    [{ kind: 'hyperexponential', branches: [branch, { weight: 0, mean: 1 }] }, /^weight must be positive/],
    [{ kind: 'hyperexponential', branches: [branch, { weight: 1, mean: NaN }] }, /^mean must be positive/],
    [{ kind: 'empirical', values: [], weights: [] }, /needs a value$/],
    [{ kind: 'empirical', values: [1], weights: [1, 2] }, /as many weights as values/],
    [{ kind: 'empirical', values: [1, 2], weights: [1, -1] }, /^weight must be zero or more/],
    [{ kind: 'empirical', values: [1, 2], weights: [0, 0] }, /^all weights are zero$/],
    [{ kind: 'empirical', values: [-1], weights: [1] }, /^value must be zero or more/],
  ])('%o', (spec, message) => {
    expect(() => buildDistribution(spec)).toThrow(RangeError);
    expect(() => buildDistribution(spec)).toThrow(message);
  });
});
