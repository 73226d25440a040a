import type { RandomSource } from '../../../kernel/random.ts';
import { below } from '../../../kernel/random.ts';

/** Two distinct indices, each pair equally likely, from two draws: the second skips over the first. */
export class TwoChoices {
  first = 0;
  second = 0;

  /** @param count of indices, at least 2 */
  draw(random: RandomSource, count: number): void {
    this.first = below(random, count);
    const second = below(random, count - 1);
    this.second = second >= this.first ? second + 1 : second;
  }
}
