import type { RandomSource } from '../../../kernel/random.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED } from '../../../stack/result.ts';
import { duration, integer, share } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';
import { EnvoyGradientController } from './envoy-gradient-controller.ts';

/**
 * The adaptive concurrency filter in front of calls: every answer is a sample, whatever its status, also the one that
 * a timeout inside gives; a request whose caller is gone only frees its slot.
 */
export class EnvoyGradient implements LimiterPolicy {
  private readonly controller: EnvoyGradientController;

  constructor(controller: EnvoyGradientController) {
    this.controller = controller;
  }

  acquire(now: number, _random?: RandomSource): number {
    return this.controller.forward(now) ? 0 : DENIED;
  }

  /** Nothing: slots come back when their holders end, so one taken as a penalty would never come back. */
  charge(): void {}

  ended(now: number, kind: Kind, duration: number): void {
    if (this.controller.outstanding === 0) return;
    if (kind === CANCELLED) this.controller.cancel(now);
    else this.controller.record(now, duration);
  }

  used(now: number): number {
    this.controller.runTimers(now);
    return Math.min(1, this.controller.outstanding / this.controller.limit);
  }
}

const SOURCE = 'Envoy adaptive_concurrency.proto';

export const envoyGradient = defineLimiterPolicy({
  name: 'envoyGradient',
  about: 'Steers the number in flight by the ratio of the latency when idle, measured now and then, to the latest.',
  product: 'Envoy adaptive concurrency',
  parameters: {
    sampleAggregatePercentile: share({
      about: 'The quantile of the latencies in a window that stands for it.',
      default: '50%',
      source: `${SOURCE}: p50`,
    }),
    maxConcurrencyLimit: integer({ about: 'Highest limit.', default: 1000, min: 1, source: `${SOURCE}: 1000` }),
    concurrencyUpdateInterval: duration({
      about: 'Length of a window, after which the limit is set anew.',
      min: '1ms',
      source: `${SOURCE}: required`,
    }),
    minRttInterval: duration({
      about: 'Time between two measurements of the latency when idle.',
      min: '1ms',
      source: `${SOURCE}: required`,
    }),
    minRttRequestCount: integer({
      about: 'Requests that a measurement takes.',
      default: 50,
      min: 1,
      source: `${SOURCE}: 50`,
    }),
    minRttJitter: share({
      about: 'Random part added to the time between measurements, so that proxies do not all measure at once.',
      default: '15%',
      source: `${SOURCE}: 15 %`,
    }),
    minConcurrency: integer({
      about: 'Limit during a measurement, and the lowest at any time.',
      default: 3,
      min: 1,
      source: `${SOURCE}: 3`,
    }),
    minRttBuffer: share({
      about: 'By how much latency may exceed the measured one and still count as idle.',
      default: '25%',
      source: `${SOURCE}: 25 %`,
    }),
  },
  check: ({ minConcurrency, maxConcurrencyLimit }) =>
    minConcurrency > maxConcurrencyLimit
      ? `minConcurrency: expected at most maxConcurrencyLimit (${maxConcurrencyLimit}), found ${minConcurrency}`
      : undefined,
  sources: [
    'Envoy source/extensions/filters/http/adaptive_concurrency at 054694f9',
    'libcircllhist, the histogram of its samples',
  ],
  knownToGetWrong: [
    'While it measures, all but a few requests are denied with 503, however healthy the service is; and it starts so.',
    'Latencies are kept to two digits: one window to the next may differ by up to a tenth without cause.',
    'Measured during an overload, the minRTT is too high, and the limit follows it up.',
    'If requests are too few for a measurement to end, the limit stays at its minimum until they come.',
    'Fast errors are samples too: a service that fails at once seems idle.',
  ],
  create: (config, draws) => {
    let measurements = 0;
    return new EnvoyGradient(new EnvoyGradientController(config, () => draws.uniform(measurements++)));
  },
});
