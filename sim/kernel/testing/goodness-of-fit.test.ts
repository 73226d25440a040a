import { describe, expect, it } from 'vitest';
import { gammaCdf, logGamma, normalCdf, quantile } from './exact-distributions.ts';
import {
  ANDERSON_DARLING_LIMIT,
  KOLMOGOROV_SMIRNOV_LIMIT,
  andersonDarling,
  chiSquare,
  chiSquareLimit,
  correlation,
  kolmogorovSmirnov,
  meanOf,
  quantileInterval,
} from './goodness-of-fit.ts';
import { Inputs } from './inputs.ts';

const inputs = new Inputs(1);
const uniforms = (count: number) => Float64Array.from({ length: count }, () => inputs.share());

describe('goodness of fit', () => {
  it('accepts uniform samples about 999 times in 1000, and those of a slightly different shape hardly ever', () => {
    let [ks, ad, ksOfOther, adOfOther] = [0, 0, 0, 0];
    for (let round = 0; round < 2000; round++) {
      const rising = uniforms(500).toSorted();
      if (kolmogorovSmirnov(rising) > KOLMOGOROV_SMIRNOV_LIMIT) ks++;
      if (andersonDarling(rising) > ANDERSON_DARLING_LIMIT) ad++;
      const bent = rising.map((u) => u ** 1.3);
      if (kolmogorovSmirnov(bent) > KOLMOGOROV_SMIRNOV_LIMIT) ksOfOther++;
      if (andersonDarling(bent) > ANDERSON_DARLING_LIMIT) adOfOther++;
    }
    // Two are expected; ten or more have a probability below 0.0001.
    expect(ks).toBeLessThan(10);
    expect(ad).toBeLessThan(10);
    expect(ksOfOther).toBeGreaterThan(1500);
    expect(adOfOther).toBeGreaterThan(1700);
  });

  it('has tabled chi-square limits', () => {
    // 0.999 quantiles, NIST/SEMATECH e-Handbook 1.3.6.7.4.
    expect(chiSquareLimit(3, 3.0902)).toBeCloseTo(16.266, 0);
    expect(chiSquareLimit(10, 3.0902)).toBeCloseTo(29.588, 0);
    expect(chiSquareLimit(100, 3.0902)).toBeCloseTo(149.449, 0);
    expect(chiSquare([12, 8], () => 10)).toBeCloseTo(0.8);
  });

  it('measures correlation at a lag', () => {
    const x = uniforms(1000);
    expect(correlation(x, x)).toBeCloseTo(1);
    expect(
      correlation(
        x,
        x.map((u) => 1 - u),
      ),
    ).toBeCloseTo(-1);
    expect(correlation(x.subarray(0, 990), x.subarray(10), 0)).toBe(correlation(x, x, 10));
    expect(Math.abs(correlation(x, x, 10))).toBeLessThan(0.12);
  });

  it('holds a quantile in its interval', () => {
    expect(quantileInterval(10_000, 0.5, 2)).toEqual([4900, 5100]);
    expect(quantileInterval(100, 0.99, 4)).toEqual([95, 99]);
  });

  it('knows the error of a mean', () => {
    expect(meanOf(Float64Array.of(1, 3))).toEqual({ mean: 2, standardError: Math.SQRT2 / 2 });
    expect(meanOf(Float64Array.of(1, 3), (x) => x * x).mean).toBe(5);
  });
});

describe('exact distributions', () => {
  it('have their known values', () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 13);
    expect(normalCdf(-3)).toBeCloseTo(0.00134989803163009, 14);
    expect(gammaCdf(1, 2)).toBeCloseTo(1 - Math.exp(-2), 13);
    // Erlang 3 at 4: 1 - e^-4 (1 + 4 + 8).
    expect(gammaCdf(3, 4)).toBeCloseTo(1 - 13 * Math.exp(-4), 13);
    expect(gammaCdf(3, 1)).toBeCloseTo(1 - 2.5 * Math.exp(-1), 13);
    expect(gammaCdf(0.5, 0)).toBe(0);
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 13);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(quantile((x) => -Math.expm1(-x), 0.99)).toBeCloseTo(Math.log(100), 12);
  });
});
