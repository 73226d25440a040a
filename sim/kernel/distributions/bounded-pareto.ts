import { log, pow } from '../math.ts';
import type { RandomSource } from '../random.ts';
import { uniform } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { requirePositive } from './distribution.ts';

/** Pareto with tail index alpha, cut at max; by inversion. */
export class BoundedPareto implements Distribution {
  readonly mean: number;
  private readonly min: number;
  private readonly max: number;
  private readonly power: number;
  /** 1 - (min/max)^alpha: the mass below the cut. */
  private readonly mass: number;

  constructor(alpha: number, min: number, max: number) {
    requirePositive('alpha', alpha);
    requirePositive('min', min);
    if (!(max > min)) throw new RangeError(`max ${max} is not above min ${min}`);
    this.min = min;
    this.max = max;
    this.power = -1 / alpha;
    this.mass = 1 - pow(min / max, alpha);
    const ratio = min / max;
    this.mean =
      alpha === 1
        ? (min * log(1 / ratio)) / this.mass
        : (((min * alpha) / (alpha - 1)) * (1 - pow(ratio, alpha - 1))) / this.mass;
  }

  sample(source: RandomSource): number {
    return Math.min(this.min * pow(1 - uniform(source) * this.mass, this.power), this.max);
  }
}
