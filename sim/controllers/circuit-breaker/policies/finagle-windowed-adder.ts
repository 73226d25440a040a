/**
 * A sum over the last `slices` slices of `range`, the one being written among them. A slice begins with the first use
 * after the one before is over. Units are the caller's.
 *
 * Source: twitter/util `WindowedAdder` (17c8187d9).
 */
export class WindowedAdder {
  private readonly sliceLength: number;
  private readonly slices: Float64Array;
  private oldest = 0;
  private current = 0;
  private currentStart: number;

  /** @param slices at least 2 */
  constructor(range: number, slices: number, start: number) {
    this.sliceLength = Math.floor(range / slices);
    this.slices = new Float64Array(slices - 1);
    this.currentStart = start;
  }

  add(now: number, amount: number): void {
    this.expire(now);
    this.current += amount;
  }

  sum(now: number): number {
    this.expire(now);
    return this.stored(0) + this.current;
  }

  /** What `sum` would be, without its effects. */
  sumAt(now: number): number {
    const elapsed = now - this.currentStart;
    if (elapsed < this.sliceLength) return this.stored(0) + this.current;
    const passed = Math.floor(elapsed / this.sliceLength);
    return passed > this.slices.length ? 0 : this.stored(passed) + this.current;
  }

  reset(now: number): void {
    this.slices.fill(0);
    this.current = 0;
    this.currentStart = now;
  }

  private expire(now: number): void {
    const elapsed = now - this.currentStart;
    if (elapsed < this.sliceLength) return;
    this.store(this.current);
    this.current = 0;
    const skipped = Math.min(Math.floor(elapsed / this.sliceLength) - 1, this.slices.length);
    for (let n = 0; n < skipped; n += 1) this.store(0);
    this.currentStart = now;
  }

  private store(sum: number): void {
    this.slices[this.oldest] = sum;
    this.oldest = (this.oldest + 1) % this.slices.length;
  }

  /** The sum of the stored slices without the `n` oldest. */
  private stored(n: number): number {
    let sum = 0;
    for (let i = n; i < this.slices.length; i += 1) sum += this.slices[(this.oldest + i) % this.slices.length];
    return sum;
  }
}
