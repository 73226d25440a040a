import { below } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { grown } from './growth.ts';

/**
 * Finagle's `Backoff.equalJittered`: the first wait is `start` itself; before retry n from the second on
 * h = start * 2^(n - 2), and the wait is h plus a part uniform on [0, h), or `maximum` where that or h reaches it.
 *
 * Source: twitter/finagle finagle-core Backoff.scala EqualJittered.
 */
export class FinagleEqualJitteredBackoff implements Backoff {
  private readonly start: number;
  private readonly maximum: number;

  /** @param start @param maximum nanoseconds, start at most maximum */
  constructor(start: number, maximum: number) {
    this.start = start;
    this.maximum = maximum;
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource): number {
    if (retry === 1 || this.start === this.maximum) return this.start;
    const shift = grown(1, 2, Math.min(62, retry - 2), Infinity);
    if (this.start >= Math.floor(this.maximum / shift)) return this.maximum;
    const half = this.start * shift;
    return Math.min(half + below(random, half), this.maximum);
  }
}
