import type { RandomSource } from '../../../kernel/random.ts';
import { duration, flag, integer } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';

/**
 * The sliding log: the times of past attempts, those of the last window counted exactly. An entry as old as the
 * window is out. Only the newest `limit` entries can matter, so no more are kept.
 */
export class SlidingWindow implements LimiterPolicy {
  private readonly window: number;
  private readonly logDenied: boolean;
  /** A ring, oldest at `next`. */
  private readonly times: Float64Array;
  private next = 0;
  /** Penalties below one whole entry. */
  private owed = 0;

  /** @param limit passages in any window; @param window nanoseconds; @param logDenied whether denied attempts count */
  constructor(limit: number, window: number, logDenied: boolean) {
    this.window = window;
    this.logDenied = logDenied;
    this.times = new Float64Array(limit).fill(-Infinity);
  }

  acquire(now: number, _random?: RandomSource): number {
    const free = this.hasRoom(now);
    if (free || this.logDenied) this.log(now);
    return free ? 0 : DENIED;
  }

  charge(now: number, cost: number): void {
    this.owed += cost;
    for (; this.owed >= 1 && this.hasRoom(now); this.owed--) this.log(now);
    this.owed -= Math.floor(this.owed);
  }

  ended(): void {}

  used(now: number): number {
    if (!this.hasRoom(now)) return 1;
    let inside = 0;
    for (const time of this.times) if (time > now - this.window) inside++;
    return inside / this.times.length;
  }

  /** Whether the log's oldest entry is out of the window. */
  private hasRoom(now: number): boolean {
    return this.times.length > 0 && this.times[this.next] <= now - this.window;
  }

  private log(now: number): void {
    if (this.times.length === 0) return;
    this.times[this.next] = now;
    this.next = this.next + 1 === this.times.length ? 0 : this.next + 1;
  }
}

export const slidingWindow = defineLimiterPolicy({
  name: 'slidingWindow',
  about: 'So many attempts pass in any stretch of time as long as the window, counted from a log of their times.',
  parameters: {
    limit: integer({ about: 'Passages in any window.', max: 10_000_000 }),
    window: duration({ about: 'Length of the window.', min: '1ms' }),
    logDenied: flag({
      about: 'Whether denied attempts are logged too: a client that does not back off then stays out.',
      default: false,
      source: 'overcontrol; implementations differ',
    }),
  },
  sources: ['the sliding window log: drop entries at or before now - window, deny if as many as the limit remain'],
  knownToGetWrong: [
    'It remembers a time for each passage: memory grows with the limit.',
    'With denied attempts logged, clients that retry faster than the limit are never let in again.',
  ],
  create: ({ limit, window, logDenied }) => new SlidingWindow(limit, window, logDenied),
});
