import type { RandomSource } from '../../../kernel/random.ts';
import { duration, integer } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';

/**
 * Two counters, of this fixed window and of the one before, from which the count of the last window's length is
 * estimated: the former window's passages are taken to be spread evenly over it.
 */
export class SlidingCounter implements LimiterPolicy {
  private readonly limit: number;
  private readonly window: number;
  private index = -1;
  private current = 0;
  private previous = 0;

  /** @param limit passages in a window, by the estimate; @param window its length in nanoseconds */
  constructor(limit: number, window: number) {
    this.limit = limit;
    this.window = window;
  }

  acquire(now: number, _random?: RandomSource): number {
    if (this.estimate(now) + 1 > this.limit) return DENIED;
    this.current++;
    return 0;
  }

  charge(now: number, cost: number): void {
    const free = Math.max(0, this.limit - this.estimate(now));
    this.current += Math.min(cost, free);
  }

  ended(): void {}

  used(now: number): number {
    const estimate = this.estimate(now);
    return estimate + 1 > this.limit ? 1 : estimate / this.limit;
  }

  /** previous * (1 - elapsed / window) + current. */
  private estimate(now: number): number {
    const index = Math.floor(now / this.window);
    if (index !== this.index) {
      this.previous = index === this.index + 1 ? this.current : 0;
      this.current = 0;
      this.index = index;
    }
    const left = (index + 1) * this.window - now;
    return (this.previous * left) / this.window + this.current;
  }
}

export const slidingCounter = defineLimiterPolicy({
  name: 'slidingCounter',
  about: 'A sliding window estimated from the counts of this fixed window and of the one before.',
  product: 'Cloudflare',
  parameters: {
    limit: integer({ about: 'Passages in a window, by the estimate, this one included.' }),
    window: duration({ about: 'Length of a window; windows begin at its multiples.', min: '1ms' }),
  },
  sources: ['Cloudflare blog, "How we built rate limiting capable of scaling to millions of domains" (2017)'],
  knownToGetWrong: [
    'The former window is taken to be even: after a burst at its end too many pass early on, and after one at its start ' +
      'too few. In the worst case nearly twice the limit passes within one window.',
  ],
  create: ({ limit, window }) => new SlidingCounter(limit, window),
});
