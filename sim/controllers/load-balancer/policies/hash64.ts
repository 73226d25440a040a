import { mix } from '../../../kernel/hash.ts';

/**
 * A 64-bit hash in two 32-bit words, for consistent hashing. It is not XX_HASH, which the products use: a host lands on
 * other places of the ring than in a real Envoy. That does not matter to the statistics (shares per host, keys that
 * move when a host leaves), which follow from the places being spread evenly and independently; the tests measure both.
 *
 * Each word goes through two rounds of a Feistel network keyed by it, a bijection of the state, so that two inputs
 * that differ in one word never meet in the same state by that word alone.
 */
export class Hash64 {
  /** The upper and the lower half, unsigned once `finish` has been called. */
  high = 0;
  low = 0;

  /** Begins a hash; another seed gives another, independent hash of the same input. */
  begin(seed: number): this {
    this.high = 0x243f6a88;
    this.low = 0x85a308d3;
    return this.word(seed);
  }

  word(value: number): this {
    this.high ^= mix(this.low ^ value);
    this.low ^= mix((this.high + Math.imul(value, 0x9e3779b1)) | 0);
    return this;
  }

  /** Each UTF-16 unit, then the length. */
  text(value: string): this {
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i));
    return this.word(value.length);
  }

  /** Goes on from a state that was read from another hash before its `finish`. */
  resume(high: number, low: number): this {
    this.high = high;
    this.low = low;
    return this;
  }

  finish(): this {
    this.word(0x13198a2e).word(0x03707344);
    this.high >>>= 0;
    this.low >>>= 0;
    return this;
  }
}

/** The 64-bit number `high`, `low` (unsigned words) modulo m; m below 2^26, so that all products are exact. */
export function modulo64(high: number, low: number, m: number): number {
  return ((high % m) * (4294967296 % m) + (low % m)) % m;
}

/** Whether the first 64-bit number is below the second; all words unsigned. */
export function below64(highA: number, lowA: number, highB: number, lowB: number): boolean {
  return highA < highB || (highA === highB && lowA < lowB);
}
