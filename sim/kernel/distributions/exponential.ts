import type { RandomSource } from '../random.ts';
import { exponential } from '../ziggurat.ts';
import type { Distribution } from './distribution.ts';
import { requirePositive } from './distribution.ts';

/** Exponential by its mean. */
export class Exponential implements Distribution {
  readonly mean: number;

  constructor(mean: number) {
    requirePositive('mean', mean);
    this.mean = mean;
  }

  sample(source: RandomSource): number {
    return exponential(source) * this.mean;
  }
}
