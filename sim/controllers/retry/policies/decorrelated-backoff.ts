import { uniform } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { wholeNanoseconds } from '../../../kernel/time.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';

/**
 * Uniform on [base, 3 * last wait), at most `cap`; before the first wait the last one counts as `base`. It remembers
 * the wait as it was, cap included. Nanoseconds.
 *
 * Source: aws-samples/aws-arch-backoff-simulator src/backoff_simulator.py (ExpoBackoffDecorr).
 */
export class DecorrelatedBackoff implements Backoff {
  private readonly base: number;
  private readonly cap: number;

  constructor(base: number, cap: number) {
    this.base = base;
    this.cap = cap;
  }

  delay(retry: number, memory: BackoffMemory, random: RandomSource): number {
    const last = retry === 1 ? this.base : memory.backoffMemory;
    const drawn = this.base + uniform(random) * Math.max(0, 3 * last - this.base);
    const wait = wholeNanoseconds(Math.min(this.cap, drawn));
    memory.backoffMemory = wait;
    return wait;
  }
}
