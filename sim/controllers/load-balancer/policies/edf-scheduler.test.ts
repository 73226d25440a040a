import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EdfScheduler } from './edf-scheduler.ts';
import { indices } from './testing/scripted-random.ts';

function scheduled(weights: readonly number[]): EdfScheduler {
  const scheduler = new EdfScheduler(weights.length);
  for (const [entry, weight] of weights.entries()) scheduler.add(entry, weight);
  return scheduler;
}

function picks(scheduler: EdfScheduler, weights: readonly number[], count: number): number[] {
  return Array.from({ length: count }, () => {
    const entry = scheduler.head();
    scheduler.reinsertHead(weights[entry]);
    return entry;
  });
}

/** The definition, without a heap: the smallest deadline, then the smallest serial. */
function naivePicks(weights: readonly number[], count: number): number[] {
  const queue = weights.map((weight, entry) => ({ entry, deadline: 1 / weight, serial: entry }));
  return Array.from({ length: count }, (_, i) => {
    queue.sort((a, b) => a.deadline - b.deadline || a.serial - b.serial);
    const first = queue[0];
    first.deadline += 1 / weights[first.entry];
    first.serial = weights.length + i;
    return first.entry;
  });
}

const someWeights = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

describe('the EDF scheduler', () => {
  it('takes turns in the order of insertion while weights are equal', () => {
    expect(picks(scheduled([3, 3, 3]), [3, 3, 3], 7)).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it('gives twice the weight two of three picks', () => {
    expect(picks(scheduled([1, 2]), [1, 2], 6)).toEqual([1, 0, 1, 1, 0, 1]);
  });

  it('does not recompute the deadlines of queued entries when their weight changes', () => {
    const scheduler = scheduled([1, 1]);
    // Entry 1 keeps its deadline of 1 although it now weighs 100: entry 0 came first.
    const after: number[] = [];
    for (let i = 0; i < 4; i++) {
      const entry = scheduler.head();
      scheduler.reinsertHead(entry === 1 ? 100 : 1);
      after.push(entry);
    }
    expect(after).toEqual([0, 1, 1, 1]);
  });

  it('has nothing to pick once its entries are removed', () => {
    const scheduler = scheduled([1, 2, 3]);
    for (const entry of [1, 0, 2]) scheduler.remove(entry);
    scheduler.remove(2);
    expect([scheduler.size, scheduler.head()]).toEqual([0, -1]);
  });

  it('goes on with the others when an entry is removed', () => {
    const scheduler = scheduled([1, 2, 4, 8]);
    scheduler.remove(3);
    expect(picks(scheduler, [1, 2, 4, 8], 7)).toEqual([2, 1, 2, 2, 0, 1, 2]);
  });

  it.each([0, -1, NaN])('refuses a weight of %d', (weight) => {
    expect(() => scheduled([weight])).toThrow(RangeError);
    expect(() => new EdfScheduler(1).start([0], 1, () => weight, 3)).toThrow(RangeError);
  });

  it('picks as the definition does', () => {
    fc.assert(
      fc.property(someWeights, fc.nat(200), (weights, count) => {
        expect(picks(scheduled(weights), weights, count)).toEqual(naivePicks(weights, count));
      }),
    );
  });

  it('gives each entry exactly its weight over a cycle of powers of two', () => {
    const powers = fc.array(fc.constantFrom(1, 2, 4, 8, 16, 32), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(powers, (weights) => {
        const cycle = weights.reduce((sum, weight) => sum + weight, 0);
        const counts = weights.map(() => 0);
        for (const entry of picks(scheduled(weights), weights, cycle)) counts[entry]++;
        expect(counts).toEqual(weights);
      }),
    );
  });

  it('is never more than one pick off the share of an entry', () => {
    fc.assert(
      fc.property(someWeights, fc.integer({ min: 1, max: 400 }), (weights, count) => {
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const counts = weights.map(() => 0);
        const scheduler = scheduled(weights);
        for (const entry of picks(scheduler, weights, count)) counts[entry]++;
        // An entry of weight w has had floor(w * now) or one fewer picks at virtual time `now` (rounding apart).
        for (const [entry, picked] of counts.entries()) {
          const due = weights[entry] * scheduler.virtualTime;
          expect(picked).toBeLessThanOrEqual(due + 1e-9);
          expect(picked).toBeGreaterThan(due - 1 - 1e-9);
        }
        expect(Math.abs(scheduler.virtualTime - count / sum)).toBeLessThanOrEqual(weights.length / sum + 1e-9);
      }),
    );
  });

  it('starts as if so many picks had been made', () => {
    fc.assert(
      fc.property(someWeights, fc.nat(300), (weights, made) => {
        const started = new EdfScheduler(weights.length);
        started.start(indices(weights.length), weights.length, (entry) => weights[entry], made);
        const turned = scheduled(weights);
        picks(turned, weights, made);
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const count = (scheduler: EdfScheduler): number[] => {
          const counts = weights.map(() => 0);
          for (const entry of picks(scheduler, weights, 3 * sum)) counts[entry]++;
          return counts;
        };
        const a = count(started);
        const b = count(turned);
        // Ties may fall the other way, by a pick at each end.
        for (const [entry, picked] of a.entries()) expect(Math.abs(picked - b[entry])).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('starts from very many picks at once', () => {
    const scheduler = new EdfScheduler(3);
    const weights = [1, 2, 5];
    scheduler.start([0, 1, 2], 3, (entry) => weights[entry], 400_000_001);
    const counts = [0, 0, 0];
    for (const entry of picks(scheduler, weights, 8000)) counts[entry]++;
    expect(counts).toEqual([1000, 2000, 5000]);
  });
});
