import { SECOND } from '../../../kernel/time.ts';

/** Length of a bucket, nanoseconds. */
const BUCKET = SECOND / 2;

/**
 * Measures a rate in buckets of half a second, smoothed over them; a bucket counts when the next begins. botocore
 * retries/adaptive.py `RateClocker` at 0e6e2404b. It starts at the whole second before it was made.
 */
export class AwsRateClocker {
  /** Events a second. */
  measuredRate = 0;
  private readonly smoothing: number;
  private lastBucket: number;
  private count = 0;

  constructor(now: number, smoothing = 0.8) {
    this.smoothing = smoothing;
    this.lastBucket = 2 * Math.floor(now / SECOND);
  }

  /** Notes `amount` events, and returns the measured rate. */
  record(now: number, amount = 1): number {
    const bucket = Math.floor(now / BUCKET);
    this.count += amount;
    if (bucket > this.lastBucket) {
      const rate = this.count / ((bucket - this.lastBucket) / 2);
      this.measuredRate = rate * this.smoothing + this.measuredRate * (1 - this.smoothing);
      this.count = 0;
      this.lastBucket = bucket;
    }
    return this.measuredRate;
  }
}
