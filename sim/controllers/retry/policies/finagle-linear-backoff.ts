import type { Backoff } from '../policy.ts';

/**
 * Finagle's `Backoff.linear`: the first wait is `start`, each further one longer by `offset`, at most `maximum`.
 *
 * Source: twitter/finagle finagle-core Backoff.scala Linear.
 */
export class FinagleLinearBackoff implements Backoff {
  private readonly start: number;
  private readonly offset: number;
  private readonly maximum: number;

  /** All in nanoseconds. */
  constructor(start: number, offset: number, maximum: number) {
    this.start = start;
    this.offset = offset;
    this.maximum = maximum;
  }

  delay(retry: number): number {
    if (this.offset === 0) return this.start;
    return Math.min(this.start + (retry - 1) * this.offset, this.maximum);
  }
}
