import { pow } from '../../../kernel/math.ts';
import { TimedBuckets } from './timed-buckets.ts';

/** The weights of a full window sum to at least this. */
const WEIGHT = 0.9999;
/** Weights never fade slower than this, else a long window would come close to the plain mean. */
const LEAST_COEFFICIENT = 0.2;

/** The share of its weight that a bucket loses to each newer one, for a window of so many buckets. */
export function smoothingCoefficient(buckets: number): number {
  return Math.max(1 - pow(1 - WEIGHT, 1 / buckets), LEAST_COEFFICIENT);
}

/**
 * The window average in which newer buckets weigh more, exponentially.
 *
 * Source: knative/serving pkg/autoscaler/aggregation/bucketing.go `WeightedFloat64Buckets` (98e5ef90aa).
 */
export class WeightedBuckets extends TimedBuckets {
  private coefficient: number;

  constructor(window: number, granularity: number) {
    super(window, granularity);
    this.coefficient = smoothingCoefficient(this.buckets.length);
  }

  override windowAverage(now: number): number {
    if (this.isEmpty(now)) return 0;
    const { buckets, coefficient, last } = this;
    const silent = Math.max(0, this.ordinalOf(now) - last);
    let weight = coefficient;
    for (let i = 0; i < silent; i++) weight *= 1 - coefficient;
    let average = 0;
    for (let i = 0; i < buckets.length - silent; i++) {
      average += buckets[this.slot(last - i)] * weight;
      weight *= 1 - coefficient;
    }
    return average;
  }

  override resize(now: number, window: number): void {
    super.resize(now, window);
    this.coefficient = smoothingCoefficient(this.buckets.length);
  }
}
