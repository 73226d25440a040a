import { uniform } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { MAX_TIME, MILLISECOND } from '../../../kernel/time.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';

/** No wait is longer: intervals stop growing here. */
const LONGEST_MS = Math.floor(MAX_TIME / MILLISECOND);

/**
 * Resilience4j's interval functions, in whole milliseconds: an interval that is multiplied after every attempt and cut
 * to whole milliseconds each time, then spread to interval * (1 ± randomization), cut again, and capped. A multiplier
 * of 1 is a fixed wait, a randomization of 0 none.
 *
 * Source: resilience4j/resilience4j resilience4j-core IntervalFunction (of, ofExponentialBackoff, ofRandomized,
 * ofExponentialRandomBackoff).
 */
export class Resilience4jBackoff implements Backoff {
  private readonly initialMs: number;
  private readonly multiplier: number;
  private readonly randomization: number;
  private readonly maxMs: number;

  /**
   * @param initial @param max nanoseconds, of which whole milliseconds count; `NEVER` for no cap
   * @param multiplier 1 or more @param randomization 0 to 1
   */
  constructor(initial: number, multiplier: number, randomization: number, max: number) {
    this.initialMs = Math.floor(initial / MILLISECOND);
    this.multiplier = multiplier;
    this.randomization = randomization;
    this.maxMs = Math.min(Math.floor(max / MILLISECOND), LONGEST_MS);
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource): number {
    const interval = this.intervalMs(retry);
    const spread = this.randomization === 0 ? interval : Math.floor(this.randomized(interval, random));
    return Math.min(spread, this.maxMs) * MILLISECOND;
  }

  private intervalMs(retry: number): number {
    let interval = this.initialMs;
    for (let i = 1; i < retry && interval < LONGEST_MS; i++) {
      const next = Math.floor(interval * this.multiplier);
      if (next === interval) break;
      interval = next;
    }
    return interval;
  }

  private randomized(interval: number, random: RandomSource): number {
    const delta = this.randomization * interval;
    const min = interval - delta;
    return min + uniform(random) * (interval + delta - min);
  }
}
