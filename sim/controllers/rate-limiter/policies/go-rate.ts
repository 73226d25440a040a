import type { RandomSource } from '../../../kernel/random.ts';
import { SECOND } from '../../../kernel/time.ts';
import { duration, integer, rate } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';
import { GoLimiter } from './go-limiter.ts';

/** x/time/rate in front of calls: `Allow` where `maxWait` is 0, else `Wait` with a context that has this long. */
export class GoRate implements LimiterPolicy {
  private readonly limiter: GoLimiter;
  private readonly maxWait: number;

  /** @param limit events a second; @param burst tokens; @param maxWait the longest wait in nanoseconds */
  constructor(limit: number, burst: number, maxWait: number) {
    this.limiter = new GoLimiter(limit, burst);
    this.maxWait = maxWait;
  }

  acquire(now: number, _random?: RandomSource): number {
    const wait = this.limiter.take(now, 1, this.maxWait);
    return wait < 0 ? DENIED : wait;
  }

  charge(now: number, cost: number): void {
    this.limiter.charge(now, cost);
  }

  ended(): void {}

  /** `Wait` cancels its reservation when its context ends first. */
  abandoned(now: number, passesAt: number): void {
    this.limiter.giveBack(now, 1, passesAt, this.limiter.limit);
  }

  used(now: number): number {
    const { limit, burst } = this.limiter;
    if (burst < 1 || this.limiter.waitFor(now) > this.maxWait) return 1;
    return (burst - this.limiter.tokensAt(now)) / (burst + (limit * this.maxWait) / SECOND);
  }
}

export const goRate = defineLimiterPolicy({
  name: 'goRate',
  about: 'A token bucket that can make callers wait for tokens still to come.',
  product: 'golang.org/x/time/rate',
  parameters: {
    limit: rate({ about: 'Tokens that come in: events a second in the long run.' }),
    burst: integer({ about: 'The most tokens in the bucket, with which it starts.' }),
    maxWait: duration({
      about: 'The longest wait for a token (a context with a deadline); 0 denies at once (Allow).',
      default: '0s',
      source: 'golang.org/x/time/rate rate.go: AllowN reserves with a longest wait of 0',
    }),
  },
  sources: ['golang.org/x/time/rate rate.go at 2b4e439'],
  knownToGetWrong: [
    'A clock that goes back is believed: the stretch that it repeats is refilled twice, and more than the limit passes.',
    'Reservations outlive a change of limit or burst: those made before act at their old times.',
    'Cancelling gives back only what no later reservation was built on; the rest is lost.',
    'With a limit of 0 the initial burst passes and nothing after it.',
  ],
  create: ({ limit, burst, maxWait }) => new GoRate(limit, burst, maxWait),
});
