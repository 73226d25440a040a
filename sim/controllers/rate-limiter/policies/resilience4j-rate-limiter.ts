import type { RandomSource } from '../../../kernel/random.ts';
import { duration, flag, integer } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';
import { AtomicRateLimiter } from './atomic-rate-limiter.ts';

/** AtomicRateLimiter in front of calls, made at its first use. */
export class Resilience4jRateLimiter implements LimiterPolicy {
  readonly deniedAfter: number;
  private readonly limiter: AtomicRateLimiter;
  /** Permissions that can be taken at once and reserved ahead. */
  private readonly reach: number;
  private madeAt = -1;

  /** @param blocks whether a denied caller is held for the timeout before it learns of it */
  constructor(limitForPeriod: number, limitRefreshPeriod: number, timeoutDuration: number, blocks: boolean) {
    this.limiter = new AtomicRateLimiter(limitForPeriod, limitRefreshPeriod, timeoutDuration);
    this.reach = limitForPeriod * (Math.floor(timeoutDuration / limitRefreshPeriod) + 2);
    this.deniedAfter = blocks ? timeoutDuration : 0;
  }

  acquire(now: number, _random?: RandomSource): number {
    const wait = this.limiter.reservePermission(this.since(now));
    return wait < 0 ? DENIED : wait;
  }

  charge(now: number, cost: number): void {
    this.limiter.charge(this.since(now), cost);
  }

  ended(): void {}

  used(now: number): number {
    if (this.madeAt < 0) return 0;
    const since = now - this.madeAt;
    if (this.limiter.nanosToWait(since) > this.limiter.timeoutDuration) return 1;
    return (this.limiter.limitForPeriod - this.limiter.availablePermissions(since)) / this.reach;
  }

  private since(now: number): number {
    if (this.madeAt < 0) this.madeAt = now;
    return now - this.madeAt;
  }
}

export const resilience4jRateLimiter = defineLimiterPolicy({
  name: 'resilience4jRateLimiter',
  about: 'Permissions for each cycle of the clock; callers wait for those of cycles to come, up to a timeout.',
  product: 'Resilience4j RateLimiter',
  parameters: {
    limitForPeriod: integer({
      about: 'Permissions that a cycle brings.',
      default: 50,
      min: 1,
      source: 'Resilience4j RateLimiterConfig: limitForPeriod 50',
    }),
    limitRefreshPeriod: duration({
      about: 'Length of a cycle.',
      default: '500ns',
      min: '1ns',
      source: 'Resilience4j RateLimiterConfig: limitRefreshPeriod 500 ns',
    }),
    timeoutDuration: duration({
      about: 'The longest wait for a permission.',
      default: '5s',
      source: 'Resilience4j RateLimiterConfig: timeoutDuration 5 s',
    }),
    blocksDenied: flag({
      about: 'Whether a denied caller is held for the timeout all the same (acquirePermission), or told at once.',
      default: true,
      source: 'Resilience4j AtomicRateLimiter.acquirePermission; reservePermission, in reactive code, tells at once',
    }),
  },
  sources: ['Resilience4j AtomicRateLimiter at af9e7c979'],
  knownToGetWrong: [
    'With its defaults it limits nothing: 50 permissions each 500 ns are a hundred million a second.',
    'Cycles, not a sliding window: twice the limit passes around the start of a cycle.',
    'A caller that cannot be served in time reserves nothing, but is held for the whole timeout before it is told so.',
    'A caller that gives up while it waits does not give its permission back.',
  ],
  create: ({ limitForPeriod, limitRefreshPeriod, timeoutDuration, blocksDenied }) =>
    new Resilience4jRateLimiter(limitForPeriod, limitRefreshPeriod, timeoutDuration, blocksDenied),
});
