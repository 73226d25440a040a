import { integer, number } from '../../parameters.ts';
import { defineLimiterPolicy } from '../policy.ts';
import { AdaptiveLimiter } from './adaptive-limiter.ts';
import type { ConcurrencyLimitAlgorithm } from './concurrency-limit-algorithm.ts';
import { WINDOW_PARAMETERS, windowedIf } from './windowed-limit.ts';

/** What a limit is compared with or changed by, as a function of the limit. */
export type OfLimit = (limit: number) => number;

export interface VegasConfig {
  readonly initialLimit: number;
  readonly maxConcurrency: number;
  readonly smoothing: number;
  readonly probeMultiplier: number;
  /** A queue shorter than this: one step up. */
  readonly alpha: OfLimit;
  /** A queue longer than this: one step down. */
  readonly beta: OfLimit;
  /** A queue up to this: `beta` up. */
  readonly threshold: OfLimit;
  readonly increase: OfLimit;
  readonly decrease: OfLimit;
}

/** max(1, the whole part of log10). Netflix concurrency-limits `Log10RootFunction`. */
export function log10Root(limit: number): number {
  let digits = 0;
  for (let rest = limit; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  return Math.max(1, digits);
}

export const VEGAS_DEFAULTS: VegasConfig = {
  initialLimit: 20,
  maxConcurrency: 1000,
  smoothing: 1,
  probeMultiplier: 30,
  alpha: (limit) => 3 * log10Root(limit),
  beta: (limit) => 6 * log10Root(limit),
  threshold: log10Root,
  increase: (limit) => limit + log10Root(Math.floor(limit)),
  decrease: (limit) => limit - log10Root(Math.floor(limit)),
};

/**
 * After TCP Vegas: from the least round trip seen it estimates how many of those in flight are queued, and steers that
 * number. Netflix concurrency-limits `VegasLimit` at 78a74b9. Samples that set the least round trip change nothing
 * else; now and then (a probe) any sample sets it anew.
 */
export class VegasLimit implements ConcurrencyLimitAlgorithm {
  limit: number;
  private readonly config: VegasConfig;
  private readonly jitter: () => number;
  private estimated: number;
  /** Round trip without load, nanoseconds; 0 before the first sample. */
  private rttNoLoad = 0;
  private samplesSinceProbe = 0;
  private probeJitter: number;

  /** @param jitter draws the next probe's jitter, from 0.5 to 1; Infinity never probes */
  constructor(config: VegasConfig, jitter: () => number) {
    this.config = config;
    this.jitter = jitter;
    this.limit = config.initialLimit;
    this.estimated = config.initialLimit;
    this.probeJitter = jitter();
  }

  /** @throws RangeError for a round trip of 0 or less */
  onSample(_start: number, rtt: number, inFlight: number, dropped: boolean): void {
    if (!(rtt > 0)) throw new RangeError(`rtt: expected more than 0, found ${rtt}`);
    this.samplesSinceProbe++;
    if (this.samplesSinceProbe >= this.probeJitter * this.config.probeMultiplier * this.estimated) {
      this.probeJitter = this.jitter();
      this.samplesSinceProbe = 0;
      this.rttNoLoad = rtt;
      return;
    }
    if (this.rttNoLoad === 0 || rtt < this.rttNoLoad) {
      this.rttNoLoad = rtt;
      return;
    }
    this.steer(-Math.floor(-this.estimated * (1 - this.rttNoLoad / rtt)), inFlight, dropped);
  }

  private steer(queue: number, inFlight: number, dropped: boolean): void {
    const { maxConcurrency, smoothing } = this.config;
    const next = this.next(queue, inFlight, dropped);
    if (next === this.estimated) return;
    this.estimated = (1 - smoothing) * this.estimated + smoothing * Math.max(1, Math.min(maxConcurrency, next));
    this.limit = Math.floor(this.estimated);
  }

  /** The limit before bounds and smoothing. */
  private next(queue: number, inFlight: number, dropped: boolean): number {
    const { alpha, beta, threshold, increase, decrease } = this.config;
    if (dropped) return decrease(this.estimated);
    // Half of it unused: the caller has no more to send, which says nothing about the service.
    if (2 * inFlight < this.estimated) return this.estimated;
    if (queue <= threshold(this.limit)) return this.estimated + beta(this.limit);
    if (queue < alpha(this.limit)) return increase(this.estimated);
    if (queue > beta(this.limit)) return decrease(this.estimated);
    return this.estimated;
  }
}

const SOURCE = 'Netflix concurrency-limits VegasLimit';

export const vegas = defineLimiterPolicy({
  name: 'vegas',
  about: 'Steers the number in flight by how many of them seem to be queued, judged by the least latency seen.',
  product: 'Netflix concurrency-limits VegasLimit',
  parameters: {
    initialLimit: integer({ about: 'Limit at the start.', default: 20, min: 1, source: `${SOURCE}: 20` }),
    maxConcurrency: integer({ about: 'Highest limit.', default: 1000, min: 1, source: `${SOURCE}: 1000` }),
    smoothing: number({
      about: 'Share of the new estimate that is taken on at once.',
      default: 1,
      min: 0,
      max: 1,
      source: `${SOURCE}: 1.0`,
    }),
    alpha: integer({ about: 'Queue below which the limit goes one step up; if left out 3 log10(limit).' }).optional(),
    beta: integer({ about: 'Queue above which it goes one step down; if left out 6 log10(limit).' }).optional(),
    probeMultiplier: integer({
      about: 'The least latency is measured anew every so many times the limit, in samples.',
      default: 30,
      min: 1,
      source: `${SOURCE}: 30`,
    }),
    ...WINDOW_PARAMETERS,
  },
  sources: ['Netflix concurrency-limits VegasLimit, Log10RootFunction, WindowedLimit, SimpleLimiter at 78a74b9'],
  knownToGetWrong: [
    'A probe under load takes the queued latency for the unloaded one, and the limit drifts up.',
    'The least latency of calls of mixed size is that of the smallest, so the large ones look queued.',
    'The first sample and every new least latency change nothing, even if the sample was a drop.',
  ],
  create: (config, draws) => {
    let probes = 0;
    const { alpha, beta } = config;
    const algorithm = new VegasLimit(
      {
        ...VEGAS_DEFAULTS,
        ...config,
        alpha: alpha === undefined ? VEGAS_DEFAULTS.alpha : () => alpha,
        beta: beta === undefined ? VEGAS_DEFAULTS.beta : () => beta,
      },
      () => 0.5 + 0.5 * draws.uniform(probes++),
    );
    return new AdaptiveLimiter(windowedIf(config, algorithm), Math.max(config.initialLimit, config.maxConcurrency));
  },
});
