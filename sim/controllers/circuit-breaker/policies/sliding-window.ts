/** What a window holds, in the words of Resilience4j's `Snapshot`. Durations in nanoseconds, rates in percent. */
export interface WindowSnapshot {
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly slow: number;
  readonly slowSuccessful: number;
  readonly slowFailed: number;
  readonly totalDuration: number;
  readonly averageDuration: number;
  readonly failureRate: number;
  readonly slowCallRate: number;
}

/**
 * The outcomes of recent calls, summed up: the running totals are kept, so that reading costs O(1).
 * Rates are float32 percentages, as in the product: 1 of 3 is 33.333332.
 *
 * Source: resilience4j-core `SlidingWindowMetrics`, `SnapshotImpl`.
 */
export abstract class SlidingWindow {
  total = 0;
  failed = 0;
  slow = 0;
  slowFailed = 0;
  totalDuration = 0;

  /** The most calls that it can hold; Infinity if only time limits it. */
  abstract readonly capacity: number;

  /** Takes in a call that ended at `now` after `duration` nanoseconds. */
  abstract record(now: number, failed: boolean, slow: boolean, duration: number): void;

  /** Forgets what is too old at `now`. */
  abstract advance(now: number): void;

  /** Forgets everything. */
  abstract clear(): void;

  /** Share of failed calls in percent; 0 if there are none at all. */
  failureRate(): number {
    return percentage(this.failed, this.total);
  }

  /** Share of slow calls in percent; 0 if there are none at all. */
  slowCallRate(): number {
    return percentage(this.slow, this.total);
  }

  snapshot(now: number): WindowSnapshot {
    this.advance(now);
    return {
      total: this.total,
      successful: this.total - this.failed,
      failed: this.failed,
      slow: this.slow,
      slowSuccessful: this.slow - this.slowFailed,
      slowFailed: this.slowFailed,
      totalDuration: this.totalDuration,
      averageDuration: this.total === 0 ? 0 : Math.floor(this.totalDuration / this.total),
      failureRate: this.failureRate(),
      slowCallRate: this.slowCallRate(),
    };
  }

  protected add(failed: boolean, slow: boolean, duration: number): void {
    this.total += 1;
    this.totalDuration += duration;
    if (failed) this.failed += 1;
    if (slow) this.slow += 1;
    if (failed && slow) this.slowFailed += 1;
  }

  protected clearTotals(): void {
    this.total = 0;
    this.failed = 0;
    this.slow = 0;
    this.slowFailed = 0;
    this.totalDuration = 0;
  }
}

function percentage(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.fround(Math.fround(part * 100) / whole);
}
