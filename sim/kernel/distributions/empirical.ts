import type { RandomSource } from '../random.ts';
import { uniform } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { requireNonNegative } from './distribution.ts';

/** Given values with given weights, found by bisection. */
export class Empirical implements Distribution {
  readonly mean: number;
  private readonly values: readonly number[];
  private readonly upTo: Float64Array;

  constructor(values: readonly number[], weights: readonly number[]) {
    if (values.length === 0) throw new RangeError('an empirical distribution needs a value');
    if (weights.length !== values.length) throw new RangeError('as many weights as values are needed');
    let total = 0;
    for (const weight of weights) {
      requireNonNegative('weight', weight);
      total += weight;
    }
    if (!(total > 0)) throw new RangeError('all weights are zero');
    this.upTo = new Float64Array(values.length);
    let sum = 0;
    let mean = 0;
    for (let i = 0; i < values.length; i++) {
      requireNonNegative('value', values[i]);
      sum += weights[i] / total;
      mean += (weights[i] / total) * values[i];
      this.upTo[i] = sum;
    }
    // The sum may stop short of 1: nothing is left for weights of zero at the end.
    for (let i = values.length - 1; i >= 0; i--) {
      this.upTo[i] = 1;
      if (weights[i] > 0) break;
    }
    this.values = values;
    this.mean = mean;
  }

  sample(source: RandomSource): number {
    const u = uniform(source);
    let low = 0;
    let high = this.values.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (u < this.upTo[middle]) high = middle;
      else low = middle + 1;
    }
    return this.values[low];
  }
}
