import type { RandomSource } from '../../../kernel/random.ts';
import { integer, rate } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';
import { GoLimiter } from './go-limiter.ts';

/**
 * The plain token bucket: starts full, refills continuously, each passage takes one token; without one it is denied.
 * Over any stretch of t seconds at most `burst + rate * t` pass.
 */
export class TokenBucket implements LimiterPolicy {
  private readonly limiter: GoLimiter;

  /** @param rate tokens a second; @param burst the most tokens, whole */
  constructor(rate: number, burst: number) {
    this.limiter = new GoLimiter(rate, burst);
  }

  acquire(now: number, _random?: RandomSource): number {
    return this.limiter.allow(now) ? 0 : DENIED;
  }

  charge(now: number, cost: number): void {
    this.limiter.charge(now, cost);
  }

  ended(): void {}

  used(now: number): number {
    const { burst } = this.limiter;
    return this.limiter.waitFor(now) > 0 ? 1 : (burst - this.limiter.tokensAt(now)) / burst;
  }
}

export const tokenBucket = defineLimiterPolicy({
  name: 'tokenBucket',
  about: 'Tokens come in at a steady rate up to a burst; each attempt takes one or is denied.',
  parameters: {
    rate: rate({ about: 'Tokens that come in.' }),
    burst: integer({ about: 'The most tokens in the bucket, with which it starts.', min: 1 }),
  },
  sources: ['golang.org/x/time/rate rate.go at 2b4e439, of which it is the part without waiting'],
  knownToGetWrong: [
    'It counts attempts, not work: a dear request costs as much as a cheap one.',
    'It knows nothing of the capacity behind it: it denies with idle instances and passes into full queues.',
  ],
  create: ({ rate, burst }) => new TokenBucket(rate, burst),
});
