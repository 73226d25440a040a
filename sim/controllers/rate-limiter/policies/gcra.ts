import type { RandomSource } from '../../../kernel/random.ts';
import { duration, integer } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';

/** Nothing to wait for: not limited, or the request can never fit. */
export const NO_RETRY = -1;

/** Nanoseconds between requests at the nominal rate; whole, as in Go. `throttled.PerDuration`. */
export function emissionIntervalOf(count: number, period: number): number {
  return Math.floor(period / count);
}

/**
 * The generic cell rate algorithm of throttled/throttled v2 (rate.go at 9e814f2). Its whole state is the theoretical
 * arrival time: when the next request would come at exactly the rate. The answer to a request stands in the fields
 * until the next.
 */
export class GcraLimiter {
  /** The most that can pass at once. */
  readonly limit: number;
  /** What could pass at once after the last request. */
  remaining: number;
  /** Nanoseconds until the limiter is as new. */
  resetAfter = 0;
  /** Nanoseconds until the refused quantity would pass; `NO_RETRY` if not refused, or if it never fits. */
  retryAfter = NO_RETRY;
  private readonly emissionInterval: number;
  private readonly tolerance: number;
  private theoreticalArrival = -Infinity;

  /**
   * @param emissionInterval nanoseconds between requests at the rate
   * @param maxBurst requests by which the rate may be exceeded at once: `maxBurst + 1` can pass together
   */
  constructor(emissionInterval: number, maxBurst: number) {
    this.emissionInterval = emissionInterval;
    this.tolerance = emissionInterval * (maxBurst + 1);
    this.limit = maxBurst + 1;
    this.remaining = this.limit;
  }

  /** Asks for `quantity` at once; 0 only looks. Returns whether it is limited. */
  rateLimit(now: number, quantity: number): boolean {
    const arrival = this.theoreticalArrival === -Infinity ? now : this.theoreticalArrival;
    const increment = quantity * this.emissionInterval;
    const newArrival = Math.max(now, arrival) + increment;
    const early = newArrival - this.tolerance - now;
    this.retryAfter = NO_RETRY;
    let untilReset = 0;
    if (early <= 0) {
      this.theoreticalArrival = newArrival;
      untilReset = newArrival - now;
    } else if (increment <= this.tolerance) {
      this.retryAfter = early;
      untilReset = arrival - now;
    }
    // A quantity that never fits is answered as if nothing had been used: the product leaves its time to live at 0.
    const room = this.tolerance - untilReset;
    this.remaining = room > 0 ? Math.floor(room / this.emissionInterval) : 0;
    this.resetAfter = untilReset;
    return early > 0;
  }

  /** Takes `cost` without asking, as far as anything is left; not a method of the product. */
  charge(now: number, cost: number): void {
    const arrival = Math.max(now, this.theoreticalArrival);
    const most = Math.max(arrival, now + this.tolerance);
    this.theoreticalArrival = Math.min(most, arrival + Math.floor(cost * this.emissionInterval));
  }

  /** Nanoseconds by which the theoretical arrival is ahead of `now`, as a share of the tolerance. */
  aheadAt(now: number): number {
    return Math.max(0, this.theoreticalArrival - now) / this.tolerance;
  }

  /** Whether one request would be limited now. */
  wouldLimit(now: number): boolean {
    return Math.max(now, this.theoreticalArrival) + this.emissionInterval - this.tolerance > now;
  }
}

/** GCRA in front of calls: each asks for a quantity of one. */
export class Gcra implements LimiterPolicy {
  private readonly limiter: GcraLimiter;

  /** @param count requests in a period; @param period nanoseconds; @param maxBurst requests beyond the first */
  constructor(count: number, period: number, maxBurst: number) {
    this.limiter = new GcraLimiter(emissionIntervalOf(count, period), maxBurst);
  }

  acquire(now: number, _random?: RandomSource): number {
    return this.limiter.rateLimit(now, 1) ? DENIED : 0;
  }

  charge(now: number, cost: number): void {
    this.limiter.charge(now, cost);
  }

  ended(): void {}

  used(now: number): number {
    return this.limiter.wouldLimit(now) ? 1 : this.limiter.aheadAt(now);
  }
}

export const gcra = defineLimiterPolicy({
  name: 'gcra',
  about: 'The generic cell rate algorithm: requests may come early against an even schedule, but only by so much.',
  product: 'throttled/throttled',
  parameters: {
    count: integer({ about: 'Requests in one period (PerSec, PerMin, PerDuration).', min: 1 }),
    period: duration({
      about: 'The period.',
      default: '1s',
      min: '1ns',
      source: 'throttled/throttled rate.go: PerSec',
    }),
    maxBurst: integer({
      about: 'Requests that may pass at once beyond the one that is due.',
      default: 0,
      source: 'throttled/throttled rate.go: the zero value of RateQuota.MaxBurst',
    }),
  },
  check: ({ count, period }) =>
    count > period ? `count: expected at most one a nanosecond of the period, found ${count}` : undefined,
  sources: ['throttled/throttled rate.go at 9e814f2'],
  knownToGetWrong: [
    'The interval between requests is cut to whole nanoseconds, so the real rate is slightly above what was asked for.',
    'With a burst of 0 a request for more than one at once never passes, and its answer says that nothing is used.',
    'MaxBurst counts beyond the first request: 5 means that 6 pass at once.',
  ],
  create: ({ count, period, maxBurst }) => new Gcra(count, period, maxBurst),
});
