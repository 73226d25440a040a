/**
 * Hystrix's stream of health counts: results fall into buckets, and each time that a bucket is full the sum of the last
 * `buckets` full ones is published. What is in the open bucket is not seen by anyone until then. A result exactly on a
 * boundary falls into the later bucket.
 *
 * Source: Netflix/Hystrix `HealthCountsStream`, `BucketedRollingCounterStream`, `HystrixCommandMetrics.HealthCounts`.
 */
export class HealthCountsStream {
  /** When the next sum is published. */
  nextSnapshotAt: number;
  /** The last published sum. */
  totalRequests = 0;
  errorCount = 0;
  private readonly snapshotInterval: number;
  private readonly buckets: number;
  private readonly totals: Float64Array;
  private readonly errors: Float64Array;
  private openTotal = 0;
  private openErrors = 0;
  private oldest = 0;

  /** @param rollingWindow length of the window, cut to whole intervals; both in nanoseconds */
  constructor(rollingWindow: number, snapshotInterval: number, start: number) {
    this.snapshotInterval = snapshotInterval;
    this.buckets = Math.max(1, Math.floor(rollingWindow / snapshotInterval));
    this.totals = new Float64Array(this.buckets);
    this.errors = new Float64Array(this.buckets);
    this.nextSnapshotAt = start + snapshotInterval;
  }

  /** Share of errors in the last published sum, cut to whole percent; 0 if there were no requests. */
  get errorPercentage(): number {
    return this.totalRequests === 0 ? 0 : Math.floor((this.errorCount / this.totalRequests) * 100);
  }

  /** Counts a result, now. */
  add(failed: boolean): void {
    this.openTotal += 1;
    if (failed) this.openErrors += 1;
  }

  /** Closes the open bucket and publishes the sum that is due at `nextSnapshotAt`. */
  publish(): void {
    this.totalRequests += this.openTotal - this.totals[this.oldest];
    this.errorCount += this.openErrors - this.errors[this.oldest];
    this.totals[this.oldest] = this.openTotal;
    this.errors[this.oldest] = this.openErrors;
    this.oldest = this.oldest + 1 === this.buckets ? 0 : this.oldest + 1;
    this.openTotal = 0;
    this.openErrors = 0;
    this.nextSnapshotAt += this.snapshotInterval;
  }

  /** Passes over the empty sums until `now` at once, if there is nothing to publish; says whether it did. */
  skipEmpty(now: number): boolean {
    if (this.totalRequests > 0 || this.openTotal > 0) return false;
    const late = Math.floor((now - this.nextSnapshotAt) / this.snapshotInterval) + 1;
    if (late > 0) this.nextSnapshotAt += late * this.snapshotInterval;
    return true;
  }

  /** Begins anew at `now`: empty, and with buckets counted from here. */
  reset(now: number): void {
    this.totalRequests = 0;
    this.errorCount = 0;
    this.openTotal = 0;
    this.openErrors = 0;
    this.totals.fill(0);
    this.errors.fill(0);
    this.nextSnapshotAt = now + this.snapshotInterval;
  }
}
