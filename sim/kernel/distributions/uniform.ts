import type { RandomSource } from '../random.ts';
import { uniform } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { requireNonNegative } from './distribution.ts';

/** Uniform on [min, max). */
export class Uniform implements Distribution {
  readonly mean: number;
  private readonly min: number;
  private readonly width: number;

  constructor(min: number, max: number) {
    requireNonNegative('min', min);
    requireNonNegative('max', max);
    if (max < min) throw new RangeError(`max ${max} is below min ${min}`);
    this.min = min;
    this.width = max - min;
    this.mean = min + this.width / 2;
  }

  sample(source: RandomSource): number {
    return this.min + uniform(source) * this.width;
  }
}
