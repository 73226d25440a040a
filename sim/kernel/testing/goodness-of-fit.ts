/**
 * Statistics that compare a sample with what it should be, and the values that they exceed once in a thousand samples
 * of the true distribution. Seeds are fixed, so that a test that passes once passes always.
 */

/** Limit of sqrt(n) * D, exceeded with probability 0.001 (Kolmogorov's distribution: 2 exp(-2 x²) = 0.001). */
export const KOLMOGOROV_SMIRNOV_LIMIT = 1.9495;

/** Limit of A², exceeded with probability 0.001 (Marsaglia and Marsaglia, J. Stat. Software 9(2), 2004). */
export const ANDERSON_DARLING_LIMIT = 5.98;

/** The sample's values of the exact distribution function, in rising order: uniform if the sample fits. */
export function probabilities(sample: Float64Array, cdf: (x: number) => number): Float64Array {
  return sample.map(cdf).toSorted();
}

/** Kolmogorov and Smirnov: sqrt(n) times the largest distance between the sample's and the exact function. */
export function kolmogorovSmirnov(rising: Float64Array): number {
  const n = rising.length;
  let distance = 0;
  for (let i = 0; i < n; i++) distance = Math.max(distance, rising[i] - i / n, (i + 1) / n - rising[i]);
  return Math.sqrt(n) * distance;
}

/** Anderson and Darling's A², which weighs the tails. */
export function andersonDarling(rising: Float64Array): number {
  const n = rising.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (2 * i + 1) * (Math.log(rising[i]) + Math.log1p(-rising[n - 1 - i]));
  return -n - sum / n;
}

/** Pearson's chi-square of counts against their expectations. */
export function chiSquare(counts: ArrayLike<number>, expected: (bin: number) => number): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) sum += (counts[bin] - expected(bin)) ** 2 / expected(bin);
  return sum;
}

/** The chi-square value that lies `deviations` of a normal above the middle (Wilson and Hilferty 1931). */
export function chiSquareLimit(degrees: number, deviations: number): number {
  const a = 2 / (9 * degrees);
  return degrees * (1 - a + deviations * Math.sqrt(a)) ** 3;
}

/** Pearson's correlation of the pairs (x[i], y[i + lag]). */
export function correlation(x: Float64Array, y: Float64Array, lag = 0): number {
  const n = x.length - lag;
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const a = x[i];
    const b = y[i + lag];
    sx += a;
    sy += b;
    sxx += a * a;
    syy += b * b;
    sxy += a * b;
  }
  return (n * sxy - sx * sy) / Math.sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
}

/**
 * The places in a rising sample of n between which the exact p-quantile lies, but for `deviations` of the binomial
 * number of values below it.
 */
export function quantileInterval(n: number, p: number, deviations: number): [low: number, high: number] {
  const spread = deviations * Math.sqrt(n * p * (1 - p));
  return [Math.max(0, Math.floor(n * p - spread)), Math.min(n - 1, Math.ceil(n * p + spread))];
}

export interface Moments {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly standardError: number;
}

/** Mean of `f` over a sample, with its standard error. */
export function meanOf(sample: Float64Array, f: (x: number) => number = (x) => x): Moments {
  let sum = 0;
  for (const x of sample) sum += f(x);
  const mean = sum / sample.length;
  let squares = 0;
  for (const x of sample) squares += (f(x) - mean) ** 2;
  return { mean, standardError: Math.sqrt(squares) / sample.length };
}
