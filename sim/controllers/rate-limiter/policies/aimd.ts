import { duration, integer, number } from '../../parameters.ts';
import { defineLimiterPolicy } from '../policy.ts';
import { AdaptiveLimiter } from './adaptive-limiter.ts';
import type { ConcurrencyLimitAlgorithm } from './concurrency-limit-algorithm.ts';
import { WINDOW_PARAMETERS, windowedIf } from './windowed-limit.ts';

export interface AimdConfig {
  readonly initialLimit: number;
  readonly minLimit: number;
  readonly maxLimit: number;
  readonly backoffRatio: number;
  /** Nanoseconds. */
  readonly timeout: number;
}

/** Additive increase, multiplicative decrease. Netflix concurrency-limits `AIMDLimit` at 78a74b9. */
export class AimdLimit implements ConcurrencyLimitAlgorithm {
  limit: number;
  private readonly config: AimdConfig;

  constructor(config: AimdConfig) {
    this.config = config;
    this.limit = config.initialLimit;
  }

  onSample(_start: number, rtt: number, inFlight: number, dropped: boolean): void {
    const { minLimit, maxLimit, backoffRatio, timeout } = this.config;
    let limit = this.limit;
    if (dropped || rtt > timeout) limit = Math.floor(limit * backoffRatio);
    else if (2 * inFlight >= limit) limit++;
    this.limit = Math.min(maxLimit, Math.max(minLimit, limit));
  }
}

const SOURCE = 'Netflix concurrency-limits AIMDLimit';

export const aimd = defineLimiterPolicy({
  name: 'aimd',
  about: 'One more at once while all goes well, a tenth less at every loss.',
  product: 'Netflix concurrency-limits AIMDLimit',
  parameters: {
    initialLimit: integer({ about: 'Limit at the start.', default: 20, min: 1, source: `${SOURCE}: 20` }),
    minLimit: integer({ about: 'Lowest limit.', default: 20, min: 1, source: `${SOURCE}: 20` }),
    maxLimit: integer({ about: 'Highest limit.', default: 200, min: 1, source: `${SOURCE}: 200` }),
    backoffRatio: number({
      about: 'What a loss multiplies the limit by; below 1.',
      default: 0.9,
      min: 0.5,
      max: 1,
      source: `${SOURCE}: 0.9, from 0.5 up to but not 1`,
    }),
    timeout: duration({
      about: 'A call that takes longer counts as lost.',
      default: '5s',
      min: '1ns',
      source: `${SOURCE}: 5 s`,
    }),
    ...WINDOW_PARAMETERS,
  },
  check: ({ minLimit, maxLimit, backoffRatio }) => {
    if (backoffRatio === 1) return `backoffRatio: expected less than 1 (${SOURCE}), found 1`;
    return minLimit > maxLimit ? `minLimit: expected at most maxLimit (${maxLimit}), found ${minLimit}` : undefined;
  },
  sources: ['Netflix concurrency-limits AIMDLimit, WindowedLimit, SimpleLimiter at 78a74b9'],
  knownToGetWrong: [
    'It learns only from losses: latency may grow up to the timeout before it notices.',
    'With its defaults it never goes below 20 at once, however small the service is.',
    'A single drop in a window cuts the limit for all.',
  ],
  create: (config) =>
    new AdaptiveLimiter(windowedIf(config, new AimdLimit(config)), Math.max(config.initialLimit, config.maxLimit)),
});
