import { integer, number } from '../../parameters.ts';
import { defineLimiterPolicy } from '../policy.ts';
import { AdaptiveLimiter } from './adaptive-limiter.ts';
import type { ConcurrencyLimitAlgorithm } from './concurrency-limit-algorithm.ts';
import { ExponentialAverage } from './exponential-average.ts';
import { WINDOW_PARAMETERS, windowedIf } from './windowed-limit.ts';

export interface Gradient2Config {
  readonly initialLimit: number;
  readonly minLimit: number;
  readonly maxConcurrency: number;
  readonly smoothing: number;
  readonly queueSize: number;
  readonly rttTolerance: number;
  readonly longWindow: number;
}

/** Samples of which the long average is the plain mean. */
const WARMUP = 10;

/**
 * Steers the limit by how the latest round trip compares with a long average of them, letting `queueSize` more in.
 * Netflix concurrency-limits `Gradient2Limit` at 78a74b9. Drops are samples like any other.
 */
export class Gradient2Limit implements ConcurrencyLimitAlgorithm {
  limit: number;
  private readonly config: Gradient2Config;
  private readonly longRtt: ExponentialAverage;
  private estimated: number;

  constructor(config: Gradient2Config) {
    this.config = config;
    this.longRtt = new ExponentialAverage(config.longWindow, WARMUP);
    this.limit = config.initialLimit;
    this.estimated = config.initialLimit;
  }

  onSample(_start: number, rtt: number, inFlight: number, _dropped?: boolean): void {
    const { minLimit, maxConcurrency, smoothing, queueSize, rttTolerance } = this.config;
    const longRtt = this.longRtt.add(rtt);
    // Back from a long overload: let the average, which is of that time, come down faster than by itself.
    if (longRtt / rtt > 2) this.longRtt.value *= 0.95;
    if (inFlight < this.estimated / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (rttTolerance * longRtt) / rtt));
    const wanted = this.estimated * gradient + queueSize;
    const smoothed = this.estimated * (1 - smoothing) + wanted * smoothing;
    this.estimated = Math.max(minLimit, Math.min(maxConcurrency, smoothed));
    this.limit = Math.floor(this.estimated);
  }
}

const SOURCE = 'Netflix concurrency-limits Gradient2Limit';

export const gradient2 = defineLimiterPolicy({
  name: 'gradient2',
  about: 'Steers the number in flight by the ratio of a long average of the latency to the latest.',
  product: 'Netflix concurrency-limits Gradient2Limit',
  parameters: {
    initialLimit: integer({ about: 'Limit at the start.', default: 20, min: 1, source: `${SOURCE}: 20` }),
    minLimit: integer({ about: 'Lowest limit.', default: 20, min: 1, source: `${SOURCE}: 20` }),
    maxConcurrency: integer({ about: 'Highest limit.', default: 200, min: 1, source: `${SOURCE}: 200` }),
    smoothing: number({
      about: 'Share of the new estimate that is taken on at once.',
      default: 0.2,
      min: 0,
      max: 1,
      source: `${SOURCE}: 0.2`,
    }),
    queueSize: integer({
      about: 'By how much the limit grows while latency is steady.',
      default: 4,
      source: `${SOURCE}: 4`,
    }),
    rttTolerance: number({
      about: 'By how many times latency may exceed its long average before the limit falls.',
      default: 1.5,
      min: 1,
      source: `${SOURCE}: 1.5`,
    }),
    longWindow: integer({
      about: 'Samples over which the long average goes.',
      default: 600,
      min: 1,
      source: `${SOURCE}: 600, of which the first 10 are warm-up`,
    }),
    ...WINDOW_PARAMETERS,
  },
  check: ({ minLimit, maxConcurrency }) =>
    minLimit > maxConcurrency
      ? `minLimit: expected at most maxConcurrency (${maxConcurrency}), found ${minLimit}`
      : undefined,
  sources: ['Netflix concurrency-limits Gradient2Limit, ExpAvgMeasurement, WindowedLimit, SimpleLimiter at 78a74b9'],
  knownToGetWrong: [
    'Losses do not lower the limit; only latency does.',
    'Under a lasting overload the long average catches up, and the limit climbs back while the queue stays.',
    'With its defaults it never goes below 20 at once.',
  ],
  create: (config) =>
    new AdaptiveLimiter(
      windowedIf(config, new Gradient2Limit(config)),
      Math.max(config.initialLimit, config.maxConcurrency),
    ),
});
