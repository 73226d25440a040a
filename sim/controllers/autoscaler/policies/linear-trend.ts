/**
 * A straight line through the newest samples of a window, by least squares. Holds at most `capacity` samples; adding one
 * costs O(1), reading the line O(samples).
 */
export class LinearTrend {
  private readonly times: Float64Array;
  private readonly values: Float64Array;
  private next = 0;
  private count = 0;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  /** Adds a sample; times must not decrease. One at the time of the newest takes its place. */
  add(at: number, value: number): void {
    const capacity = this.times.length;
    const newest = (this.next + capacity - 1) % capacity;
    if (this.count > 0 && this.times[newest] === at) {
      this.values[newest] = value;
      return;
    }
    this.times[this.next] = at;
    this.values[this.next] = value;
    this.next = (this.next + 1) % capacity;
    if (this.count < capacity) this.count++;
  }

  /**
   * The line's value at `at`, fitted to the samples since `from`. Their mean while they span less than `leastSpan`, as two
   * noisy samples close together would point anywhere; NaN without any.
   */
  valueAt(at: number, from: number, leastSpan: number): number {
    const { times, values, count } = this;
    let n = 0;
    let meanTime = 0;
    let meanValue = 0;
    let oldest = Infinity;
    let newest = -Infinity;
    for (let i = 0; i < count; i++) {
      if (times[i] < from) continue;
      n++;
      oldest = Math.min(oldest, times[i]);
      newest = Math.max(newest, times[i]);
      meanTime += (times[i] - meanTime) / n;
      meanValue += (values[i] - meanValue) / n;
    }
    if (n === 0) return NaN;
    if (newest === oldest || newest - oldest < leastSpan) return meanValue;
    let covariance = 0;
    let variance = 0;
    for (let i = 0; i < count; i++) {
      if (times[i] < from) continue;
      const offset = times[i] - meanTime;
      covariance += offset * (values[i] - meanValue);
      variance += offset * offset;
    }
    return meanValue + (covariance / variance) * (at - meanTime);
  }
}
