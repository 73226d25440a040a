/**
 * The mean of the first `warmup` samples, then an exponential average over about `window` of them. Netflix
 * concurrency-limits `ExpAvgMeasurement`.
 */
export class ExponentialAverage {
  value = 0;
  private readonly factor: number;
  private readonly warmup: number;
  private sum = 0;
  private count = 0;

  constructor(window: number, warmup: number) {
    this.factor = 2 / (window + 1);
    this.warmup = warmup;
  }

  /** Adds a sample and returns the average with it. */
  add(sample: number): number {
    if (this.count < this.warmup) {
      this.count++;
      this.sum += sample;
      this.value = this.sum / this.count;
    } else {
      this.value = this.value * (1 - this.factor) + sample * this.factor;
    }
    return this.value;
  }
}
