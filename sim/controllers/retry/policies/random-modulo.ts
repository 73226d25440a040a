import type { RandomSource } from '../../../kernel/random.ts';

const TWO_32 = 4294967296;

/**
 * A draw of 64 bits modulo `n` (a whole number, 1 to 9e7), as products do that have an integer generator: exact in
 * float64, because the product of two remainders stays below 2^53.
 */
export function randomModulo(random: RandomSource, n: number): number {
  random.next();
  const high = (random.high >>> 0) % n;
  const low = (random.low >>> 0) % n;
  return (high * (TWO_32 % n) + low) % n;
}
