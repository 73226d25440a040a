/**
 * The largest value of the last `size` indexes, at O(1) amortised: of the values in the window only those are kept that no
 * later one exceeds, so the oldest kept is the largest. Indexes must not decrease.
 *
 * Source: knative/serving pkg/autoscaler/aggregation/max/window.go (98e5ef90aa), the "ascending minima" algorithm.
 */
export class SlidingMaximum {
  private readonly size: number;
  private readonly indexes: Float64Array;
  private readonly values: Float64Array;
  private head = 0;
  private length = 0;

  constructor(size: number) {
    this.size = size;
    this.indexes = new Float64Array(size);
    this.values = new Float64Array(size);
  }

  /** Several values at one index count as their largest. */
  record(index: number, value: number): void {
    while (this.length > 0 && value >= this.values[this.slot(this.length - 1)]) this.length--;
    while (this.length > 0 && index - this.indexes[this.head] >= this.size) {
      this.head = (this.head + 1) % this.size;
      this.length--;
    }
    // What is left at this very index is larger.
    if (this.length > 0 && this.indexes[this.slot(this.length - 1)] === index) return;
    const slot = this.slot(this.length);
    this.indexes[slot] = index;
    this.values[slot] = value;
    this.length++;
  }

  /** The largest value in the window of the last index recorded; 0 before the first. */
  get current(): number {
    return this.length > 0 ? this.values[this.head] : 0;
  }

  private slot(position: number): number {
    return (this.head + position) % this.size;
  }
}
