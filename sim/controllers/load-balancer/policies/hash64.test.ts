import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { below64, Hash64, modulo64 } from './hash64.ts';

function hashOf(text: string, seed = 0): bigint {
  const { high, low } = new Hash64().begin(seed).text(text).finish();
  return (BigInt(high) << 32n) | BigInt(low);
}

describe('the 64-bit hash', () => {
  it('is the same for the same input and seed only', () => {
    expect(hashOf('10.0.0.1:80')).toBe(hashOf('10.0.0.1:80'));
    const others = [hashOf('10.0.0.1:81'), hashOf('10.0.0.1:80', 1), hashOf('10.0.0.1:8'), hashOf('')];
    expect(new Set([hashOf('10.0.0.1:80'), ...others]).size).toBe(5);
  });

  it('has no collisions among 200,000 like names', () => {
    const seen = new Set<bigint>();
    for (let i = 0; i < 200_000; i++) seen.add(hashOf(`host-${i}`));
    expect(seen.size).toBe(200_000);
  });

  it('fills 256 classes of its upper and its lower half evenly', () => {
    const samples = 100_000;
    for (const shift of [56n, 24n]) {
      const counts = new Float64Array(256);
      for (let i = 0; i < samples; i++) counts[Number((hashOf(`host-${i}`) >> shift) & 255n)]++;
      const chiSquare = counts.reduce((sum, count) => sum + (count - samples / 256) ** 2 / (samples / 256), 0);
      // 255 degrees of freedom: mean 255, standard deviation 22.6.
      expect(chiSquare).toBeGreaterThan(255 - 5 * 22.6);
      expect(chiSquare).toBeLessThan(255 + 5 * 22.6);
    }
  });

  it('flips about half of its bits when one bit of the input flips', () => {
    const hash = new Hash64();
    let flipped = 0;
    let trials = 0;
    for (let word = 0; word < 200; word++) {
      for (let bit = 0; bit < 32; bit++) {
        const a = hash
          .begin(0)
          .word(word * 7919)
          .finish();
        const [high, low] = [a.high, a.low];
        const b = hash
          .begin(0)
          .word((word * 7919) ^ (1 << bit))
          .finish();
        const difference = (BigInt((high ^ b.high) >>> 0) << 32n) | BigInt((low ^ b.low) >>> 0);
        flipped += difference.toString(2).replaceAll('0', '').length;
        trials++;
      }
    }
    // Each trial has mean 32 and standard deviation 4.
    expect(Math.abs(flipped / trials - 32)).toBeLessThan((5 * 4) / Math.sqrt(trials));
  });

  it('reduces and compares as 64-bit numbers do', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(word, word, word, word, fc.integer({ min: 1, max: 2 ** 26 - 1 }), (a, b, c, d, m) => {
        const first = (BigInt(a) << 32n) | BigInt(b);
        const second = (BigInt(c) << 32n) | BigInt(d);
        expect(modulo64(a, b, m)).toBe(Number(first % BigInt(m)));
        expect(below64(a, b, c, d)).toBe(first < second);
      }),
    );
  });
});
