import { exp, log } from '../math.ts';
import type { RandomSource } from '../random.ts';
import { normal } from '../ziggurat.ts';
import type { Distribution } from './distribution.ts';
import { requireFinite, requirePositive } from './distribution.ts';

/** The 99th percentile of the standard normal. */
const Z99 = 2.3263478740408408;

/** Largest p99/mean that is taken. A lognormal can have exp(z²/2) = 14.97 at most, where the two that fit meet. */
export const LOGNORMAL_MAX_P99_RATIO = 14.9;

/** exp(mu + sigma * Z). */
export class Lognormal implements Distribution {
  readonly mean: number;
  private readonly mu: number;
  private readonly sigma: number;

  constructor(mu: number, sigma: number) {
    requireFinite('mu', mu);
    requirePositive('sigma', sigma);
    this.mu = mu;
    this.sigma = sigma;
    this.mean = exp(mu + (sigma * sigma) / 2);
  }

  sample(source: RandomSource): number {
    return exp(this.mu + this.sigma * normal(source));
  }
}

/**
 * mu and sigma of the lognormal with this mean and 99th percentile: sigma² - 2 z sigma + 2 ln(p99/mean) = 0.
 * Two lognormals fit; the smaller sigma is taken. Throws a RangeError unless 1 < p99/mean <= 14.9.
 */
export function lognormalByMeanAndP99(mean: number, p99: number): { mu: number; sigma: number } {
  requirePositive('mean', mean);
  const ratio = p99 / mean;
  if (!(ratio > 1 && ratio <= LOGNORMAL_MAX_P99_RATIO)) {
    throw new RangeError(`p99/mean is ${ratio}; a lognormal needs more than 1 and at most ${LOGNORMAL_MAX_P99_RATIO}`);
  }
  const sigma = Z99 - Math.sqrt(Z99 * Z99 - 2 * log(ratio));
  return { mu: log(mean) - (sigma * sigma) / 2, sigma };
}
