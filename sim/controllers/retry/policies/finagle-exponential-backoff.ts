import type { Backoff } from '../policy.ts';

/**
 * Finagle's `Backoff.exponential`: the first wait is `start`, each further one `multiplier` times the last, and
 * `maximum` for good once the next could reach it.
 *
 * Source: twitter/finagle finagle-core Backoff.scala Exponential.
 */
export class FinagleExponentialBackoff implements Backoff {
  private readonly start: number;
  private readonly multiplier: number;
  private readonly maximum: number;

  /** @param start nanoseconds @param multiplier whole, 0 or more @param maximum nanoseconds */
  constructor(start: number, multiplier: number, maximum: number) {
    this.start = start;
    this.multiplier = multiplier;
    this.maximum = maximum;
  }

  delay(retry: number): number {
    if (this.multiplier === 1) return this.start;
    if (this.start >= this.maximum) return this.maximum;
    if (this.multiplier === 0) return retry === 1 ? this.start : 0;
    const last = Math.floor(this.maximum / this.multiplier);
    let wait = this.start;
    for (let i = 1; i < retry && wait > 0; i++) {
      if (wait >= last) return this.maximum;
      wait *= this.multiplier;
    }
    return wait;
  }
}
