import { log, pow } from '../math.ts';
import type { RandomSource } from '../random.ts';
import { uniform } from '../random.ts';
import { normal } from '../ziggurat.ts';
import type { Distribution } from './distribution.ts';
import { requirePositive } from './distribution.ts';

/** Gamma by shape and mean (Erlang where the shape is whole). Marsaglia and Tsang, ACM TOMS 26(3), 2000. */
export class Gamma implements Distribution {
  readonly mean: number;
  private readonly shape: number;
  private readonly scale: number;
  private readonly d: number;
  private readonly c: number;

  constructor(shape: number, mean: number) {
    requirePositive('shape', shape);
    requirePositive('mean', mean);
    this.mean = mean;
    this.shape = shape;
    this.scale = mean / shape;
    this.d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    this.c = 1 / Math.sqrt(9 * this.d);
  }

  sample(source: RandomSource): number {
    // Below shape 1 the method needs the next shape and one uniform more.
    const boost = this.shape < 1 ? pow(1 - uniform(source), 1 / this.shape) : 1;
    for (;;) {
      const z = normal(source);
      const root = 1 + this.c * z;
      if (root <= 0) continue;
      const v = root * root * root;
      const u = 1 - uniform(source);
      if (log(u) < 0.5 * z * z + this.d - this.d * v + this.d * log(v)) return this.d * v * this.scale * boost;
    }
  }
}
