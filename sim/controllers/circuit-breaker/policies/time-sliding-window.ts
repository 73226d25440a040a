import { SlidingWindow } from './sliding-window.ts';

const TOTAL = 0;
const FAILED = 1;
const SLOW = 2;
const SLOW_FAILED = 3;
const DURATION = 4;
const FIELDS = 5;

/**
 * The calls of the last `buckets` buckets of `bucketWidth` nanoseconds, aligned on time zero, the current partial one
 * among them. A call that ended at t is forgotten when its bucket leaves, so after more than
 * (buckets - 1) * bucketWidth and at most buckets * bucketWidth.
 *
 * Source: resilience4j-core `SlidingTimeWindowMetrics`, whose buckets are whole epoch seconds.
 */
export class TimeSlidingWindow extends SlidingWindow {
  readonly capacity = Infinity;
  private readonly bucketWidth: number;
  private readonly buckets: number;
  private readonly counts: Float64Array;
  /** The current bucket, counted from time zero, when it ends, and its row in `counts`. */
  private current = 0;
  private currentEnd: number;
  private row = 0;

  constructor(bucketWidth: number, buckets: number) {
    super();
    this.bucketWidth = bucketWidth;
    this.currentEnd = bucketWidth;
    this.buckets = buckets;
    this.counts = new Float64Array(buckets * FIELDS);
  }

  record(now: number, failed: boolean, slow: boolean, duration: number): void {
    this.advance(now);
    const { row } = this;
    this.counts[row + TOTAL] += 1;
    this.counts[row + DURATION] += duration;
    if (failed) this.counts[row + FAILED] += 1;
    if (slow) this.counts[row + SLOW] += 1;
    if (failed && slow) this.counts[row + SLOW_FAILED] += 1;
    this.add(failed, slow, duration);
  }

  advance(now: number): void {
    if (now < this.currentEnd) return;
    const bucket = Math.floor(now / this.bucketWidth);
    if (this.total === 0 || bucket - this.current >= this.buckets) {
      if (this.total > 0) this.clear();
      this.current = bucket;
    }
    while (this.current < bucket) {
      this.current += 1;
      this.row += FIELDS;
      if (this.row === this.counts.length) this.row = 0;
      this.evict(this.row);
    }
    this.currentEnd = (bucket + 1) * this.bucketWidth;
  }

  clear(): void {
    this.clearTotals();
    this.counts.fill(0);
  }

  private evict(row: number): void {
    if (this.counts[row + TOTAL] === 0) return;
    this.total -= this.counts[row + TOTAL];
    this.failed -= this.counts[row + FAILED];
    this.slow -= this.counts[row + SLOW];
    this.slowFailed -= this.counts[row + SLOW_FAILED];
    this.totalDuration -= this.counts[row + DURATION];
    this.counts.fill(0, row, row + FIELDS);
  }
}
