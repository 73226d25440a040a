import type { Distribution } from './distribution.ts';
import { requireNonNegative } from './distribution.ts';

/** Always the same value. */
export class Deterministic implements Distribution {
  readonly mean: number;

  constructor(value: number) {
    requireNonNegative('value', value);
    this.mean = value;
  }

  sample(): number {
    return this.mean;
  }
}
