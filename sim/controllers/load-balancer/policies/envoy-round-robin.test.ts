import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import { EnvoyRoundRobin } from './envoy-round-robin.ts';
import { SlowStart } from './slow-start.ts';
import { indices, ScriptedRandom, tally } from './testing/scripted-random.ts';

const unused = new ScriptedRandom([]);

function roundRobin(weights: readonly number[], seed = 0): EnvoyRoundRobin {
  const made = new EnvoyRoundRobin(weights, seed);
  made.refresh(0, indices(weights.length), weights.length);
  return made;
}

describe('round robin', () => {
  it('goes around the list from a start of its own while weights are equal', () => {
    const made = roundRobin([1, 1, 1], 5);
    expect(Array.from({ length: 5 }, () => made.pick(0, unused))).toEqual([2, 0, 1, 2, 0]);
  });

  it('goes on where it was when hosts change', () => {
    const made = roundRobin([1, 1, 1, 1]);
    const before = [made.pick(0, unused), made.pick(0, unused)];
    made.refresh(0, [0, 2, 3], 3);
    expect([...before, made.pick(0, unused), made.pick(0, unused)]).toEqual([0, 1, 3, 0]);
  });

  it('follows the weights where they differ', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 8 }),
        fc.nat(2 ** 32 - 1),
        (weights, seed) => {
          const made = roundRobin(weights, seed);
          const sum = weights.reduce((total, weight) => total + weight, 0);
          const counts = tally(weights.length, 4 * sum, () => made.pick(0, unused));
          for (const [host, picked] of counts.entries()) expect(Math.abs(picked - 4 * weights[host])).toBeLessThan(2);
        },
      ),
    );
  });

  it('gives a host in slow start less', () => {
    const warmUp = new SlowStart(
      { slowStartWindow: 60 * SECOND, aggression: 1, minWeightPercent: 0.1 },
      2,
      -600 * SECOND,
    );
    warmUp.began(1, 0);
    const made = new EnvoyRoundRobin([1, 1], 0, warmUp);
    made.refresh(30 * SECOND, indices(2), 2);
    expect(tally(2, 300, () => made.pick(30 * SECOND, unused))).toEqual([200, 100]);
  });

  it('picks the only host, and none when there is none', () => {
    const made = roundRobin([7]);
    expect(made.pick(0, unused)).toBe(0);
    made.refresh(0, [], 0);
    expect(made.pick(0, unused)).toBe(-1);
  });
});
