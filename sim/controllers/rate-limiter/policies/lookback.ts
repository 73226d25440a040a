/**
 * A sum over the last `duration`, in bins aligned to the clock. After grpc-go balancer/rls/internal/adaptive
 * lookback.go at 4793ad047. What is added to a time more than all bins behind the newest is ignored.
 */
export class Lookback {
  private readonly width: number;
  private readonly bins: Float64Array;
  /** Index of the newest bin on the clock: time / width. */
  private head = 0;
  private total = 0;

  /** @param duration nanoseconds; @param bins into which it is cut */
  constructor(duration: number, bins: number) {
    this.width = Math.floor(duration / bins);
    this.bins = new Float64Array(bins);
  }

  add(now: number, value: number): void {
    const index = this.advance(now);
    if (this.head - index >= this.bins.length) return;
    this.bins[index % this.bins.length] += value;
    this.total += value;
  }

  /** The sum over the bins up to `now`, or up to the newest if that is later. */
  sum(now: number): number {
    this.advance(now);
    return this.total;
  }

  private advance(now: number): number {
    const index = Math.floor(now / this.width);
    const passed = Math.min(this.bins.length, index - this.head);
    for (let k = 1; k <= passed; k++) {
      const bin = (this.head + k) % this.bins.length;
      this.total -= this.bins[bin];
      this.bins[bin] = 0;
    }
    if (passed > 0) this.head = index;
    return index;
  }
}
