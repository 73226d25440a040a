import type { RandomSource } from '../../../kernel/random.ts';
import { SECOND } from '../../../kernel/time.ts';
import { integer, rate } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';

/** One attempt, in the units of the queue: so with whole rates all sums are exact. */
const ATTEMPT = SECOND;

/**
 * The leaky bucket as a queue: attempts leave it one by one at a steady rate, so each waits for those before it; one
 * that finds `capacity` waiting is denied. What passes is never closer together than 1 / rate.
 */
export class LeakyBucket implements LimiterPolicy {
  private readonly rate: number;
  /** The most that may be in the queue for one more to join it. */
  private readonly full: number;
  /** What has joined and not leaked, the last passage's own interval included, in `ATTEMPT`s; true at `last`. */
  private level = 0;
  private last = 0;

  /** @param rate passages a second; @param capacity attempts that may wait */
  constructor(rate: number, capacity: number) {
    this.rate = rate;
    this.full = capacity * ATTEMPT;
  }

  acquire(now: number, _random?: RandomSource): number {
    this.leak(now);
    const ahead = this.level;
    if (ahead > this.full) return DENIED;
    this.level += ATTEMPT;
    return -Math.floor(-ahead / this.rate);
  }

  charge(now: number, cost: number): void {
    this.leak(now);
    this.level = Math.min(this.full + ATTEMPT, this.level + cost * ATTEMPT);
  }

  ended(): void {}

  used(now: number): number {
    this.leak(now);
    return this.level > this.full ? 1 : this.level / (this.full + ATTEMPT);
  }

  private leak(now: number): void {
    this.level = Math.max(0, this.level - (now - this.last) * this.rate);
    this.last = now;
  }
}

export const leakyBucket = defineLimiterPolicy({
  name: 'leakyBucket',
  about: 'A queue that lets attempts out one by one at a steady rate; when it is full they are denied.',
  parameters: {
    rate: rate({ about: 'Passages, evenly spaced.', min: '1/h' }),
    capacity: integer({ about: 'Attempts that may wait.' }),
  },
  sources: ['J. Turner, "New directions in communications", IEEE Communications Magazine 24(10), 1986'],
  knownToGetWrong: [
    'It spends the deadline of those that wait, though what stands behind it may be idle.',
    'A place in the queue is used up even if the one who waited for it has given up.',
  ],
  create: ({ rate, capacity }) => new LeakyBucket(rate, capacity),
});
