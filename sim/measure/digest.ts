import { mix } from '../kernel/hash.ts';

const TWO_32 = 4294967296;

/**
 * A short hash of every request's outcome and finish time. Sums of hashes, so that it does not matter in which order
 * requests end: two runs in which every request fares the same have the same digest.
 */
export class Digest {
  private first = 0;
  private second = 0;

  add(request: number, outcome: number, time: number): void {
    const high = Math.floor(time / TWO_32);
    const low = (time - high * TWO_32) | 0;
    let hash = mix(request ^ 0x3c6ef372);
    hash = mix(hash ^ low);
    hash = mix(hash ^ high ^ (outcome << 24));
    this.first = (this.first + hash) | 0;
    this.second = (this.second + mix(hash ^ 0x5851f42d)) | 0;
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return hex(this.first) + hex(this.second);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
