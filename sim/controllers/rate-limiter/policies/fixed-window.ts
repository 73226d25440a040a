import type { RandomSource } from '../../../kernel/random.ts';
import { duration, integer } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';

/**
 * A counter that starts anew at every multiple of the window's length: at most `limit` pass in each. Around a boundary
 * twice as many can pass within one window's length.
 */
export class FixedWindow implements LimiterPolicy {
  private readonly limit: number;
  private readonly window: number;
  private index = -1;
  private count = 0;

  /** @param limit passages in a window; @param window its length in nanoseconds */
  constructor(limit: number, window: number) {
    this.limit = limit;
    this.window = window;
  }

  acquire(now: number, _random?: RandomSource): number {
    this.enter(now);
    if (this.count + 1 > this.limit) return DENIED;
    this.count++;
    return 0;
  }

  charge(now: number, cost: number): void {
    this.enter(now);
    this.count = Math.min(this.limit, this.count + cost);
  }

  ended(): void {}

  used(now: number): number {
    this.enter(now);
    return this.count + 1 > this.limit ? 1 : this.count / this.limit;
  }

  private enter(now: number): void {
    const index = Math.floor(now / this.window);
    if (index === this.index) return;
    this.index = index;
    this.count = 0;
  }
}

export const fixedWindow = defineLimiterPolicy({
  name: 'fixedWindow',
  about: 'So many attempts pass in each window of the clock; then none until the next begins.',
  parameters: {
    limit: integer({ about: 'Passages in one window.' }),
    window: duration({ about: 'Length of a window; windows begin at its multiples.', min: '1ms' }),
  },
  sources: [
    'the counter that starts at floor(t / window) * window, as in envoyproxy/ratelimit src/limiter/cache_key.go',
  ],
  knownToGetWrong: [
    'Twice the limit passes around a boundary: all of one window at its end, all of the next at its start.',
    'Clients that were denied come back together when the window begins.',
  ],
  create: ({ limit, window }) => new FixedWindow(limit, window),
});
