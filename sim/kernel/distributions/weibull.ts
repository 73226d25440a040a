import { pow } from '../math.ts';
import { gammaFunction } from '../gamma-function.ts';
import type { RandomSource } from '../random.ts';
import { exponential } from '../ziggurat.ts';
import type { Distribution } from './distribution.ts';
import { requirePositive } from './distribution.ts';

/** scale * E^(1/shape) with E exponential. */
export class Weibull implements Distribution {
  readonly mean: number;
  private readonly power: number;
  private readonly scale: number;

  constructor(shape: number, scale: number) {
    requirePositive('shape', shape);
    requirePositive('scale', scale);
    this.power = 1 / shape;
    this.scale = scale;
    this.mean = scale * gammaFunction(1 + this.power);
  }

  sample(source: RandomSource): number {
    return this.scale * pow(exponential(source), this.power);
  }
}
