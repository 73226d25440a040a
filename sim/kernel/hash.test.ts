import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashName, mix } from './hash.ts';
import { Inputs } from './testing/inputs.ts';

/** x with x ^ (x >>> places) = y. */
function undoShift(y: number, places: number): number {
  let x = y;
  for (let done = places; done < 32; done += places) x = y ^ (x >>> places);
  return x;
}

/** The factor that undoes a multiplication modulo 2^32. */
function inverse(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

function unmix(word: number): number {
  const a = Math.imul(undoShift(word, 15), inverse(0x735a2d97));
  return undoShift(Math.imul(undoShift(a, 15), inverse(0x21f0aaad)), 16);
}

/** The share of flips of each output bit, at most how far from one half, over a flip of each input bit. */
function worstAvalanche(words: readonly number[]): number {
  const flips = new Float64Array(32 * 32);
  for (const word of words) {
    const before = mix(word);
    for (let bit = 0; bit < 32; bit++) {
      const changed = before ^ mix(word ^ (1 << bit));
      for (let out = 0; out < 32; out++) flips[32 * bit + out] += (changed >>> out) & 1;
    }
  }
  return flips.reduce((worst, count) => Math.max(worst, Math.abs(count / words.length - 0.5)), 0);
}

describe('mix', () => {
  it('is a bijection: it can be undone', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (word) => unmix(mix(word)) === word),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('flips each output bit about half the time when one input bit flips', () => {
    const inputs = new Inputs(1);
    // Five standard errors of 2^14 flips are 0.0195.
    expect(worstAvalanche(inputs.many(2 ** 14, () => inputs.word()))).toBeLessThan(0.025);
  });

  it('does so for small numbers, such as those of requests, too', () => {
    expect(worstAvalanche(Array.from({ length: 2 ** 14 }, (_, i) => i))).toBeLessThan(0.06);
  });
});

describe('hashName', () => {
  it('tells names apart that differ in one character, in their order or in their length', () => {
    const names = [
      '',
      'a',
      'b',
      'aa',
      'ab',
      'ba',
      'backend',
      'backenD',
      'back end',
      '\u0000',
      '\u0000\u0000',
      'Ā',
      'ā',
    ];
    for (let i = 0; i < 2000; i++) names.push(`service-${i}`, `${i}`);
    expect(new Set(names.map((name) => hashName(name))).size).toBe(names.length);
  });

  it('depends on where it starts', () => {
    expect(hashName('noise', 1)).not.toBe(hashName('noise', 2));
    expect(hashName('b', hashName('a'))).not.toBe(hashName('a', hashName('b')));
    expect(hashName('b', hashName('a'))).not.toBe(hashName('ab'));
  });
});
