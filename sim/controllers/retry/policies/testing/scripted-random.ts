import type { RandomSource } from '../../../../kernel/random.ts';

const TWO_26 = 67108864;
const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;

/** A source that says what it is told to: the same words at every draw. */
export class ScriptedRandom implements RandomSource {
  high = 0;
  low = 0;

  /** `uniform` then gives `u`, for 1 the largest number below it. */
  uniform(u: number): this {
    const bits = Math.min(Math.floor(u * TWO_53), TWO_53 - 1);
    this.high = Math.floor(bits / TWO_26) << 5;
    this.low = (bits % TWO_26) << 6;
    return this;
  }

  /** The 64 bits are then this whole number. */
  integer(n: number): this {
    this.high = Math.floor(n / TWO_32) | 0;
    this.low = (n % TWO_32) | 0;
    return this;
  }

  next(): void {}
}

export const drawing = (u: number): ScriptedRandom => new ScriptedRandom().uniform(u);
