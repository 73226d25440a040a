import type { RandomSource } from '../random.ts';
import { uniform } from '../random.ts';
import { exponential } from '../ziggurat.ts';
import type { Distribution } from './distribution.ts';
import { requirePositive } from './distribution.ts';

/** One of several exponentials, chosen by weight. */
export class Hyperexponential implements Distribution {
  readonly mean: number;
  private readonly means: readonly number[];
  private readonly upTo: readonly number[];

  constructor(branches: readonly { weight: number; mean: number }[]) {
    if (branches.length === 0) throw new RangeError('a hyperexponential needs a branch');
    let total = 0;
    for (const branch of branches) {
      requirePositive('weight', branch.weight);
      requirePositive('mean', branch.mean);
      total += branch.weight;
    }
    let sum = 0;
    let mean = 0;
    const upTo: number[] = [];
    for (const branch of branches) {
      sum += branch.weight / total;
      mean += (branch.weight / total) * branch.mean;
      upTo.push(sum);
    }
    this.means = branches.map((branch) => branch.mean);
    this.upTo = upTo;
    this.mean = mean;
  }

  sample(source: RandomSource): number {
    const u = uniform(source);
    let branch = 0;
    while (branch < this.means.length - 1 && u >= this.upTo[branch]) branch++;
    return this.means[branch] * exponential(source);
  }
}
