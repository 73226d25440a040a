import { SECOND } from '../../../kernel/time.ts';

/**
 * A token bucket whose rate changes as it goes; starts empty. botocore retries/bucket.py `TokenBucket` at 0e6e2404b.
 * It holds one second's worth of tokens, and at least one.
 */
export class AwsSendRateBucket {
  /** Tokens a second. */
  maxRate: number;
  /** The most tokens in it. */
  maxCapacity: number;
  private readonly minRate: number;
  private capacity = 0;
  private last: number;

  /** @param maxRate tokens a second; @param minRate below which no setting brings it */
  constructor(maxRate: number, now: number, minRate = 0.5) {
    this.minRate = minRate;
    this.maxRate = Math.max(maxRate, minRate);
    this.maxCapacity = Math.max(maxRate, 1);
    this.last = now;
  }

  /** Takes `n` tokens if they are there. */
  acquire(now: number, n = 1): boolean {
    this.refill(now);
    if (n > this.capacity) return false;
    this.capacity -= n;
    return true;
  }

  /**
   * Takes `n` tokens, now or as soon as they will have come in; returns the wait in nanoseconds. In the product waiting
   * callers race for new tokens; here they are served in turn, at the rate of the moment at which they ask.
   */
  reserve(now: number, n = 1): number {
    this.refill(now);
    const missing = n - this.capacity;
    this.capacity -= n;
    return missing > 0 ? -Math.floor(-(missing / this.maxRate) * SECOND) : 0;
  }

  /** Sets the rate; what has come in at the old one stays, up to the new capacity. */
  setMaxRate(now: number, rate: number): void {
    this.refill(now);
    this.maxRate = Math.max(rate, this.minRate);
    this.maxCapacity = Math.max(rate, 1);
    this.capacity = Math.min(this.capacity, this.maxCapacity);
  }

  /** Takes `n` without asking, as far as anything is left; not a method of the product. */
  charge(now: number, n: number): void {
    this.refill(now);
    if (this.capacity > 0) this.capacity = Math.max(0, this.capacity - n);
  }

  /** Tokens in it; below 0 where they are spoken for. */
  capacityAt(now: number): number {
    return Math.min(this.maxCapacity, this.capacity + ((now - this.last) / SECOND) * this.maxRate);
  }

  private refill(now: number): void {
    this.capacity = this.capacityAt(now);
    this.last = now;
  }
}
