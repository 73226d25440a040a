import seedrandom from 'seedrandom';
import { hashName, mix } from './hash.ts';

/**
 * A source of randomness, passed in and never imported. `next` makes two fresh 32-bit words, `high` and `low`;
 * the functions in this file and the distributions turn them into numbers.
 */
export interface RandomSource {
  high: number;
  low: number;
  next(): void;
}

/** Uniform on [0, 1) with 53 bits. */
export function uniform(source: RandomSource): number {
  source.next();
  return fraction(source);
}

/** The current words of a source as a number on [0, 1). */
export function fraction(source: RandomSource): number {
  return ((source.high >>> 5) * 67108864 + (source.low >>> 6)) * 1.1102230246251565e-16;
}

/** Uniform on 0 … n-1. The bias is below n / 2^53. */
export function below(source: RandomSource, n: number): number {
  return Math.floor(uniform(source) * n);
}

/** Root keys of a run: whatever string the user gives as a seed becomes three words. */
export interface RootKey {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export function rootKey(seed: string): RootKey {
  const alea = seedrandom.alea(seed);
  return { a: alea.int32(), b: alea.int32(), c: alea.int32() };
}

/**
 * A sequence of its own for what is sequential by nature and beyond every layer's reach: the arrivals of one traffic
 * source, the times of random faults. The stream is named, so that no two streams share a seed.
 */
export class Stream implements RandomSource {
  high = 0;
  low = 0;
  private readonly alea: seedrandom.PRNG;

  constructor(seed: string, name: string) {
    this.alea = seedrandom.alea(`${seed}\u0000${name}`);
  }

  next(): void {
    this.high = this.alea.int32();
    this.low = this.alea.int32();
  }
}

/**
 * Draws that are a hash of (seed, purpose, owner, call path, ordinal): any one can be made at any time, in any order
 * and any number of times, and another layer's draws cannot shift it. `at` points to one such draw; each `next`
 * after it gives further words of the same draw, for distributions that need several.
 *
 * The words are a three-round Feistel network over (path low, path high ^ c * ordinal), a bijection for one key: one
 * ordinal of two paths, or two ordinals of one path, never share their words.
 */
export class Draw implements RandomSource {
  high = 0;
  low = 0;
  private readonly key0: number;
  private readonly key1: number;
  private readonly key2: number;
  private left = 0;
  private right = 0;

  /** @param purpose what is drawn; @param owner whose draw it is (a service, a layer, an edge) */
  constructor(root: RootKey, purpose: string, owner: string) {
    const name = hashName(owner, hashName(purpose));
    const other = hashName(purpose, hashName(owner));
    this.key0 = mix(root.a ^ name);
    this.key1 = mix(root.b ^ other);
    this.key2 = mix(root.c + name);
  }

  /** Points to the draw of this call path (two words) and ordinal. */
  at(pathHigh: number, pathLow: number, ordinal: number): this {
    this.left = pathLow | 0;
    this.right = pathHigh ^ Math.imul(ordinal + 1, 0x9e3779b9);
    return this;
  }

  next(): void {
    let a = this.left ^ mix(this.right ^ this.key0);
    const b = this.right ^ mix(a ^ this.key1);
    a ^= mix(b ^ this.key2);
    this.high = a;
    this.low = b;
    // A further word of the same draw: step both halves by odd constants (a Weyl sequence).
    this.left = (this.left + 0x6c8e9cf5) | 0;
    this.right = (this.right + 0x5851f42d) | 0;
  }
}

/** The path of a nested call: a hash of its parent's path, the edge, and its ordinal. Returned in `path`. */
export const path = { high: 0, low: 0 };
export function nestedPath(parentHigh: number, parentLow: number, edge: number, ordinal: number): void {
  const a = parentLow ^ mix(parentHigh ^ Math.imul(edge + 1, 0x85ebca6b));
  // The edge enters twice: two parents and two edges that meet in `a` must differ in `b`.
  const b = parentHigh ^ Math.imul(edge + 1, 0x27d4eb2f) ^ mix(a ^ Math.imul(ordinal + 1, 0xc2b2ae35));
  path.low = a ^ mix(b);
  path.high = b;
}
