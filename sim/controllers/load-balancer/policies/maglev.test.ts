import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Hash64 } from './hash64.ts';
import { EnvoyMaglev, envoyMaglev, isPrime } from './maglev.ts';
import { indices } from './testing/scripted-random.ts';

const defaults = z.object(envoyMaglev.parameters).parse({});
const SMALL = 1031;

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 255}:8080`);
}

function maglevOf(count: number, tableSize: number, weights?: readonly number[]): EnvoyMaglev {
  const made = new EnvoyMaglev(tableSize, count);
  made.refresh(indices(count), count, names(count), weights);
  return made;
}

function assignment(made: EnvoyMaglev, keys: number): number[] {
  const hash = new Hash64();
  return Array.from({ length: keys }, (_, key) => {
    hash.begin(99).word(key).finish();
    return made.pick(hash.high, hash.low);
  });
}

/** Entries by host rather than by place in the sorted list. */
function entriesByHost(made: EnvoyMaglev): number[] {
  const entries = Array.from({ length: made.count }, () => 0);
  for (let i = 0; i < made.count; i++) entries[made.hosts[i]] = made.entries[i];
  return entries;
}

describe('the table', () => {
  it('is filled, with entries of equal hosts that differ by at most one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (count) => {
        const entries = entriesByHost(maglevOf(count, SMALL));
        expect(entries.reduce((sum, own) => sum + own, 0)).toBe(SMALL);
        expect(Math.max(...entries) - Math.min(...entries)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });

  it('gives hosts entries by weight, within one turn', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const sum = weights.reduce((total, weight) => total + weight, 0);
        for (const [host, own] of entriesByHost(maglevOf(weights.length, SMALL, weights)).entries()) {
          expect(Math.abs(own - (SMALL * weights[host]) / sum)).toBeLessThanOrEqual(weights.length + 1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('spreads keys as evenly as its entries', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const host of assignment(maglevOf(10, defaults.tableSize), 50_000)) counts[host]++;
    for (const count of counts) expect(Math.abs(count / 50_000 - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / 50_000));
  });

  it('moves few keys of hosts that stay when one leaves', () => {
    const count = 20;
    const made = maglevOf(count, defaults.tableSize);
    const before = assignment(made, 20_000);
    made.refresh(indices(count - 1), count - 1, names(count), undefined);
    const after = assignment(made, 20_000);
    const stayed = before.flatMap((host, key) => (host === count - 1 ? [] : [key]));
    const moved = stayed.filter((key) => after[key] !== before[key]).length / stayed.length;
    expect(after).not.toContain(count - 1);
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(0.05);
  });

  it('does not depend on the order in which hosts are listed', () => {
    const made = maglevOf(6, SMALL);
    const before = assignment(made, 2000);
    made.refresh([5, 3, 1, 0, 2, 4], 6, names(6), undefined);
    expect(assignment(made, 2000)).toEqual(before);
  });

  it('looks elsewhere for a second attempt', () => {
    const made = maglevOf(10, SMALL);
    const hosts = new Set([0, 1, 2, 3, 4, 5].map((attempt) => made.pick(7, 9, attempt)));
    expect(hosts.size).toBeGreaterThan(2);
  });

  it('has no host for any key when there is none', () => {
    const made = maglevOf(2, SMALL);
    made.refresh([], 0, names(2), undefined);
    expect(made.pick(5, 5)).toBe(-1);
  });
});

describe('the parameters of Maglev', () => {
  it('want a prime table', () => {
    expect([2, 3, 4, 65_537, 65_535, 1].map(isPrime)).toEqual([true, true, false, true, false, false]);
    expect(envoyMaglev.check?.(defaults)).toBeUndefined();
    expect(envoyMaglev.check?.({ ...defaults, tableSize: 65_536 })).toContain('prime');
  });
});
