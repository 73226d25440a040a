import { below } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { grown } from './growth.ts';

/**
 * Finagle's `Backoff.exponentialJittered`: the first wait is `start`; before retry n from the second on it is uniform
 * on [0, last * 2^(n - 1)), or `maximum` for good once that range would reach it. The range grows from the last *drawn*
 * wait, not from `start`, so that the factors 2, 4, 8 … compound.
 *
 * Source: twitter/finagle finagle-core Backoff.scala ExponentialJittered.
 */
export class FinagleExponentialJitteredBackoff implements Backoff {
  private readonly start: number;
  private readonly maximum: number;

  /** @param start @param maximum nanoseconds, start at most maximum */
  constructor(start: number, maximum: number) {
    this.start = start;
    this.maximum = maximum;
  }

  delay(retry: number, memory: BackoffMemory, random: RandomSource): number {
    const wait = retry === 1 ? this.start : this.next(memory.backoffMemory, retry, random);
    memory.backoffMemory = wait;
    return wait;
  }

  private next(last: number, retry: number, random: RandomSource): number {
    if (last === this.maximum) return this.maximum;
    const shift = grown(1, 2, Math.min(62, retry - 1), Infinity);
    if (last >= Math.floor(this.maximum / shift)) return this.maximum;
    return below(random, last * shift);
  }
}
