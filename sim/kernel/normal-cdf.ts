import { exp } from './math.ts';

/**
 * The standard normal's distribution function; relative error below 1e-13 for |x| <= 8. Series near the centre,
 * continued fraction in the tails (Abramowitz and Stegun 26.2.11 and 26.2.14).
 */
export function normalCdf(x: number): number {
  if (x !== x) return NaN;
  if (x < -38) return 0;
  if (x > 38) return 1;
  const magnitude = x < 0 ? -x : x;
  const density = exp(-0.5 * x * x) * 0.3989422804014327;
  if (magnitude < 2) {
    let term = x;
    let sum = x;
    for (let n = 3; n < 200 && term * term > 1e-40; n += 2) {
      term *= (x * x) / n;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = magnitude;
  for (let n = 120; n >= 1; n--) fraction = magnitude + n / fraction;
  const upper = density / fraction;
  return x < 0 ? upper : 1 - upper;
}
