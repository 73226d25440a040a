import { exp } from '../../../kernel/math.ts';

/**
 * An exponential moving average on a clock of the caller's own (milliseconds, or a count of requests). The first sample
 * sets it; a sample weighs by how long it is after the one before, so that of several with one stamp only the first
 * counts.
 *
 * Source: twitter/finagle `Ema` (4feb34cb9).
 */
export class Ema {
  /** The average as of the last sample; 0 if there is none. */
  last = 0;
  private readonly window: number;
  private stamp = -1;

  /** @param window mean lifetime of a sample; 0: no averaging */
  constructor(window: number) {
    this.window = window;
  }

  get isEmpty(): boolean {
    return this.stamp < 0;
  }

  /** Takes in a sample and returns the new average. Stamps are not negative and never go back. */
  update(stamp: number, sample: number): number {
    const weight = this.isEmpty || this.window === 0 ? 0 : exp(-(stamp - this.stamp) / this.window);
    this.last = sample * (1 - weight) + this.last * weight;
    this.stamp = stamp;
    return this.last;
  }

  reset(): void {
    this.stamp = -1;
    this.last = 0;
  }
}
