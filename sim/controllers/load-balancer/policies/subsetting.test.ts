import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSubset } from './subsetting.ts';

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `10.0.0.${i}:443`);
}

function chosen(all: readonly string[], seed: number, size: number): Set<string> {
  return new Set(Array.from(randomSubset(all, seed, size), (i) => all[i]));
}

describe('a random subset', () => {
  it('has its size, or all hosts if there are no more', () => {
    expect(chosen(names(20), 1, 5).size).toBe(5);
    expect(chosen(names(3), 1, 5).size).toBe(3);
    expect(chosen([], 1, 5).size).toBe(0);
  });

  it('is the same for the same seed, in whatever order hosts are listed', () => {
    expect(chosen(names(30), 7, 5)).toEqual(chosen(names(30).toReversed(), 7, 5));
    expect(chosen(names(30), 7, 5)).not.toEqual(chosen(names(30), 8, 5));
  });

  it('changes by at most one host when one leaves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 10 }),
        fc.nat(),
        (n, seed, k, gone) => {
          const all = names(n);
          const left = all.filter((_, i) => i !== gone % n);
          const before = chosen(all, seed, k);
          const after = chosen(left, seed, k);
          const lost = [...before].filter((name) => !after.has(name));
          expect(lost).toEqual(before.has(all[gone % n]) ? [all[gone % n]] : []);
          expect([...after].filter((name) => !before.has(name)).length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('holds each host as often, over many clients', () => {
    const all = names(25);
    const counts = new Map(all.map((name) => [name, 0]));
    const clients = 4000;
    for (let seed = 0; seed < clients; seed++) {
      for (const name of chosen(all, seed, 5)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // A fifth of the clients each, binomially.
    const deviation = Math.sqrt(clients * 0.2 * 0.8);
    for (const count of counts.values()) expect(Math.abs(count - clients / 5)).toBeLessThan(4.5 * deviation);
  });
});
