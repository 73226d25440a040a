import { cbrt } from '../../../kernel/math.ts';
import { SECOND } from '../../../kernel/time.ts';

/**
 * A send rate that falls at each throttle and grows back along a cubic curve: fast at first, slowly around the rate at
 * which it was throttled, then fast again. botocore retries/throttling.py `CubicCalculator` at 0e6e2404b.
 */
export class AwsCubic {
  private readonly scaleConstant: number;
  private readonly beta: number;
  private maxRate: number;
  private lastFail: number;

  /** Seconds from a throttle until the curve is back at the rate before it. */
  k: number;

  /** @param startingMaxRate requests a second; @param start nanoseconds */
  constructor(startingMaxRate: number, start: number, scaleConstant = 0.4, beta = 0.7) {
    this.scaleConstant = scaleConstant;
    this.beta = beta;
    this.maxRate = startingMaxRate;
    this.lastFail = start;
    this.k = this.zeroPoint();
  }

  /** A call went well. Returns the rate to send at, which may be negative. */
  successReceived(now: number): number {
    const t = (now - this.lastFail) / SECOND - this.k;
    return this.scaleConstant * t * t * t + this.maxRate;
  }

  /** A call was throttled while `rate` requests a second were sent. Returns the rate to send at. */
  errorReceived(now: number, rate: number): number {
    this.maxRate = rate;
    this.k = this.zeroPoint();
    this.lastFail = now;
    return rate * this.beta;
  }

  private zeroPoint(): number {
    return cbrt((this.maxRate * (1 - this.beta)) / this.scaleConstant);
  }
}
