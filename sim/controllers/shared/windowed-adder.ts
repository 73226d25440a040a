/**
 * A sum over about the last `range`, in slices: finished slices are kept, the current one is being written, and the
 * oldest falls out. After twitter/util `WindowedAdder`.
 *
 * Slices are not aligned to the clock: one begins at the first use after the one before it is over. So between bursts
 * a slice stays open for longer than its length, and what was added lives between `range - slice` and `range` after
 * the slice in which it was added is closed.
 */
export class WindowedAdder {
  private readonly sliceLength: number;
  private readonly finished: Float64Array;
  private next = 0;
  private current = 0;
  private since: number;

  /**
   * @param range how far back the sum goes, in the unit of the times given (whole)
   * @param slices how many slices make it up, the current one included; at least 2
   * @param now when it is made
   * @throws RangeError for fewer than 2 slices, or slices shorter than one unit of time
   */
  constructor(range: number, slices: number, now: number) {
    if (!(slices >= 2)) throw new RangeError(`slices: expected at least 2, found ${slices}`);
    this.sliceLength = Math.floor(range / slices);
    if (!(this.sliceLength >= 1)) throw new RangeError(`range: expected at least ${slices}, found ${range}`);
    this.finished = new Float64Array(slices - 1);
    this.since = now;
  }

  /** Adds `x`, which may be negative, to the current slice. */
  add(now: number, x: number): void {
    if (now - this.since >= this.sliceLength) this.close(now);
    this.current += x;
  }

  /** What has been added and not yet forgotten. */
  sum(now: number): number {
    if (now - this.since >= this.sliceLength) this.close(now);
    let sum = this.current;
    for (let i = 0; i < this.finished.length; i++) sum += this.finished[i];
    return sum;
  }

  /** Ends the current slice, and as many empty ones as have passed unused since. */
  private close(now: number): void {
    this.push(this.current);
    this.current = 0;
    const unused = Math.floor((now - this.since) / this.sliceLength) - 1;
    for (let k = Math.min(unused, this.finished.length); k > 0; k--) this.push(0);
    this.since = now;
  }

  private push(slice: number): void {
    this.finished[this.next] = slice;
    this.next = this.next + 1 === this.finished.length ? 0 : this.next + 1;
  }
}
