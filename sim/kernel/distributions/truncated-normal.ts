import { exp } from '../math.ts';
import { normalCdf } from '../normal-cdf.ts';
import type { RandomSource } from '../random.ts';
import { normal } from '../ziggurat.ts';
import type { Distribution } from './distribution.ts';
import { requireFinite, requireNonNegative, requirePositive } from './distribution.ts';

/** Normal, truncated to [min, max] by drawing again. The interval must hold at least 1 % of the mass. */
export class TruncatedNormal implements Distribution {
  readonly mean: number;
  private readonly centre: number;
  private readonly sd: number;
  private readonly min: number;
  private readonly max: number;

  constructor(centre: number, sd: number, min: number, max: number) {
    requireFinite('mean', centre);
    requirePositive('sd', sd);
    requireNonNegative('min', min);
    if (!(max > min)) throw new RangeError(`max ${max} is not above min ${min}`);
    const a = (min - centre) / sd;
    const b = (max - centre) / sd;
    const mass = normalCdf(b) - normalCdf(a);
    if (!(mass >= 0.01)) throw new RangeError(`[${min}, ${max}] holds less than 1 % of the normal's mass`);
    const density = (z: number) => exp(-0.5 * z * z) * 0.3989422804014327;
    this.mean = centre + (sd * (density(a) - density(b))) / mass;
    this.centre = centre;
    this.sd = sd;
    this.min = min;
    this.max = max;
  }

  sample(source: RandomSource): number {
    for (;;) {
      const x = this.centre + this.sd * normal(source);
      if (x >= this.min && x <= this.max) return x;
    }
  }
}
