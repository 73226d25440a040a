import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedLoad } from './bounded-load.ts';
import { EnvoyMaglev } from './maglev.ts';
import { indices } from './testing/scripted-random.ts';

function hashedHosts(count: number, weights?: readonly number[]): EnvoyMaglev {
  const hashed = new EnvoyMaglev(1031, count);
  hashed.refresh(
    indices(count),
    count,
    Array.from({ length: count }, (_, i) => `host-${i}`),
    weights,
  );
  return hashed;
}

function sum(active: ArrayLike<number>): number {
  return Array.from(active).reduce((total, load) => total + load, 0);
}

describe('bounded load', () => {
  it('leaves the host that the hash means, as long as it is not over its slots', () => {
    const hashed = hashedHosts(4);
    const active = new Float64Array(4);
    const bounded = new BoundedLoad(hashed, 150, active);
    const meant = hashed.pick(1, 2);
    // Three more active than none: (3 + 1) * 1.5 = 6 slots, a quarter of which is 1.5, so 2 for each host.
    active[meant] = 2;
    expect(bounded.pick(1, 2, 3)).toBe(meant);
    active[meant] = 3;
    expect(bounded.pick(1, 2, 3)).not.toBe(meant);
  });

  it('tries the others in an order that the hash determines', () => {
    const hashed = hashedHosts(6);
    const active = new Float64Array(6);
    const bounded = new BoundedLoad(hashed, 100, active);
    const seen = new Set<number>();
    for (let key = 0; key < 60; key++) {
      active.fill(0);
      active[hashed.pick(key, key)] = 9;
      const other = bounded.pick(key, key, 9);
      expect(bounded.pick(key, key, 9)).toBe(other);
      seen.add(other);
    }
    expect(seen.size).toBe(6);
  });

  it('takes the host that is the least over its slots if all are', () => {
    const active = [9, 7, 8, 9];
    expect(new BoundedLoad(hashedHosts(4), 100, active).pick(3, 4, 4)).toBe(1);
  });

  it('has no host where there is none', () => {
    const hashed = hashedHosts(2);
    hashed.refresh([], 0, [], undefined);
    expect(new BoundedLoad(hashed, 150, [0, 0]).pick(1, 1, 0)).toBe(-1);
  });

  it('never loads a host beyond its bound by more than the one that it lets through', () => {
    const story = fc.array(fc.record({ key: fc.nat(3), drop: fc.nat(9) }), { maxLength: 150 });
    const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 100, max: 200 }), story, (weighing, factor, steps) => {
        const hashed = hashedHosts(weighing.length, weighing);
        const active = new Float64Array(weighing.length);
        const bounded = new BoundedLoad(hashed, factor, active);
        const weight = sum(weighing);
        for (const { key, drop } of steps) {
          const host = bounded.pick(key, key, sum(active));
          const slots = Math.ceil(((sum(active) + 1) * factor) / 100);
          // A host with as many as its slots still passes: the bound is exceeded by one at most.
          const bound = Math.max(1, Math.ceil((slots * weighing[host]) / weight - 1e-9));
          active[host]++;
          expect(active[host]).toBeLessThanOrEqual(bound + 1);
          if (drop < active.length && active[drop] > 0) active[drop]--;
        }
      }),
    );
  });
});
