/** Quantiles of the last so many values: kept sorted, O(window) to add, O(1) to read. */
export class RecentQuantile {
  private readonly recent: Float64Array;
  private readonly sorted: Float64Array;
  private count = 0;
  private next = 0;

  constructor(window: number) {
    this.recent = new Float64Array(window);
    this.sorted = new Float64Array(window);
  }

  add(value: number): void {
    if (this.count === this.recent.length) this.forget(this.recent[this.next]);
    this.recent[this.next] = value;
    this.next = (this.next + 1) % this.recent.length;
    let i = this.count++;
    for (; i > 0 && this.sorted[i - 1] > value; i--) this.sorted[i] = this.sorted[i - 1];
    this.sorted[i] = value;
  }

  /** The smallest value that at least this share of them does not exceed; Infinity if there is none yet. */
  quantile(share: number): number {
    if (this.count === 0) return Infinity;
    return this.sorted[Math.max(0, -Math.floor(-share * this.count) - 1)];
  }

  private forget(value: number): void {
    let i = 0;
    while (this.sorted[i] !== value) i++;
    this.count--;
    for (; i < this.count; i++) this.sorted[i] = this.sorted[i + 1];
  }
}
