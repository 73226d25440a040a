/** Digits that a window average is cut down to, so that rounding noise never asks for one replica more. */
const PRECISION = 1e6;

/**
 * Knative's sliding window: values add up in buckets of one granularity, and the average is over buckets, not values.
 * Recording costs O(buckets passed over), an average the same.
 *
 * Source: knative/serving pkg/autoscaler/aggregation/bucketing.go `TimedFloat64Buckets` (98e5ef90aa).
 */
export class TimedBuckets {
  protected readonly granularity: number;
  protected buckets: Float64Array;
  /** Ordinal of the last bucket written; −Infinity before the first. */
  protected last = -Infinity;
  private window: number;
  /** Ordinal of the first bucket of the current stretch of data; Infinity if there is none. */
  private first = Infinity;
  private total = 0;

  /** Both in nanoseconds. */
  constructor(window: number, granularity: number) {
    this.window = window;
    this.granularity = granularity;
    this.buckets = new Float64Array(bucketCount(window, granularity));
  }

  /** Adds `value` to the bucket of `at`. Late values count while they lie within the window of the newest. */
  record(at: number, value: number): void {
    const ordinal = this.ordinalOf(at);
    if (ordinal !== this.last && !this.admit(ordinal)) return;
    this.buckets[this.slot(ordinal)] += value;
    this.total += value;
  }

  /** Nothing has been recorded for longer than the window. */
  isEmpty(now: number): boolean {
    return (this.ordinalOf(now) - this.last) * this.granularity > this.window;
  }

  /**
   * Mean of a bucket over the window. A window that is not full yet, or that has had no data for a while at its end, is
   * averaged over the part that has been seen; holes inside it count as zero. 0 if nothing is in the window.
   */
  windowAverage(now: number): number {
    const ordinal = this.ordinalOf(now);
    const silent = ordinal - this.last;
    if (silent * this.granularity >= this.window) return 0;
    const { buckets, last } = this;
    const written = this.first > last ? buckets.length : last - this.first + 1;
    if (silent <= 0) return cut(this.total / Math.min(written, buckets.length));
    let rest = this.total;
    for (let i = last + 1; i <= ordinal; i++) rest -= buckets[this.slot(i)];
    return cut(rest / Math.min(written, buckets.length - silent));
  }

  /**
   * Changes the window, keeping the newest buckets that fit. All of the old window then counts as seen, even if it was not
   * full; data older than the old window is forgotten.
   */
  resize(now: number, window: number): void {
    if (window === this.window) return;
    const old = this.buckets;
    this.buckets = new Float64Array(bucketCount(window, this.granularity));
    const kept = !this.isEmpty(now);
    this.window = window;
    this.total = 0;
    this.first = kept ? this.last - (old.length - 1) : Infinity;
    if (!kept) return;
    const count = Math.min(old.length, this.buckets.length);
    for (let ordinal = this.last; ordinal > this.last - count; ordinal--) {
      const value = old[remainder(ordinal, old.length)];
      this.buckets[this.slot(ordinal)] = value;
      this.total += value;
    }
  }

  protected ordinalOf(at: number): number {
    return Math.floor(at / this.granularity);
  }

  protected slot(ordinal: number): number {
    return remainder(ordinal, this.buckets.length);
  }

  /** Makes room for a bucket other than the last one. False if it lies a window back, and is to be ignored. */
  private admit(ordinal: number): boolean {
    const { buckets, last } = this;
    if (ordinal * this.granularity + this.window <= last * this.granularity) return false;
    if (this.first > ordinal) this.first = ordinal;
    if (ordinal < last) return true;
    if ((ordinal - last) * this.granularity >= this.window) {
      this.first = ordinal;
      buckets.fill(0);
      this.total = 0;
    } else {
      for (let i = last + 1; i <= ordinal; i++) {
        this.total -= buckets[this.slot(i)];
        buckets[this.slot(i)] = 0;
      }
    }
    this.last = ordinal;
    return true;
  }
}

function bucketCount(window: number, granularity: number): number {
  return -Math.floor(-window / granularity);
}

/** Of a division that rounds down, so that times before zero have their slots too. */
function remainder(ordinal: number, count: number): number {
  return ordinal - Math.floor(ordinal / count) * count;
}

function cut(average: number): number {
  return Math.floor(average * PRECISION) / PRECISION;
}
