import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Stream } from '../../kernel/random.ts';
import { SampledAttribution, williamsSquare } from './sampled-shapley.ts';
import { bitOf, ExactAttribution, pairsOf, sizeOf } from './shapley.ts';
import type { Worth } from './shapley.ts';

/** Any game of n players: a worth for each coalition. */
function games(n: number): fc.Arbitrary<Worth> {
  const worths = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1 << n, maxLength: 1 << n });
  return worths.map((values) => (coalition) => values[coalition]);
}

/** Worth 1 to whoever has all of these players. */
function unanimityOf(players: number): Worth {
  return (coalition) => ((coalition & players) === players ? 1 : 0);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('Shapley shares', () => {
  test('sum to what all players together are worth beyond none', () => {
    fc.assert(
      fc.property(games(5), (worth) => {
        expect(sum(new ExactAttribution(5).shares(worth))).toBeCloseTo(worth(31) - worth(0), 9);
      }),
    );
  });

  test('give nothing to a player that adds nothing to any coalition, not even by rounding', () => {
    fc.assert(
      fc.property(games(4), fc.integer({ min: 0, max: 3 }), (worth, idle) => {
        const shares = new ExactAttribution(4).shares((coalition) => worth(coalition & ~bitOf(idle)));
        expect(shares[idle]).toBe(0);
      }),
    );
  });

  test('give the same to players that are worth the same to every coalition', () => {
    fc.assert(
      fc.property(games(4), (worth) => {
        // Players 1 and 2 count only by how many of them there are.
        const alike: Worth = (coalition) => {
          const both = sizeOf(coalition & 6);
          return worth((coalition & 9) | (both === 0 ? 0 : both === 1 ? 2 : 6));
        };
        const shares = new ExactAttribution(4).shares(alike);
        expect(shares[1]).toBeCloseTo(shares[2], 9);
      }),
    );
  });

  test('are 2/3, 1/6, 1/6 where one has a left glove and two have a right one', () => {
    const gloves: Worth = (coalition) => ((coalition & 1) !== 0 && (coalition & 6) !== 0 ? 1 : 0);
    const shares = new ExactAttribution(3).shares(gloves);
    expect(shares.map((share) => Math.round(share * 1e9) / 1e9)).toEqual([0.666666667, 0.166666667, 0.166666667]);
  });
});

describe('the interaction index', () => {
  test('is 0 for every pair where each adds the same whoever is there', () => {
    const additive: Worth = (coalition) => sum([1, -2, 3, 0.5].filter((_, i) => (coalition & bitOf(i)) !== 0));
    for (const index of new ExactAttribution(4).interactions(additive)) expect(index).toBeCloseTo(0, 12);
  });

  test('is 1 / (t - 1) for each pair of t players that are only worth something together', () => {
    const of = (players: number, pair: number): number =>
      new ExactAttribution(4).interactions(unanimityOf(players))[pair];
    const first = pairsOf(4).findIndex(([a, b]) => a === 0 && b === 1);
    expect(of(3, first)).toBeCloseTo(1, 12);
    expect(of(7, first)).toBeCloseTo(1 / 2, 12);
    expect(of(15, first)).toBeCloseTo(1 / 3, 12);
  });

  test('is below 0 where either of two suffices', () => {
    const either: Worth = (coalition) => ((coalition & 3) === 0 ? 0 : 1);
    expect(new ExactAttribution(3).interactions(either)[0]).toBeCloseTo(-1, 12);
  });
});

describe('sampled orders', () => {
  test.each([8, 9, 10, 11])('of a Williams square of %i: every place and every neighbour equally often', (n) => {
    const orders = williamsSquare(n);
    const times = n % 2 === 0 ? 1 : 2;
    for (let place = 0; place < n; place++) {
      const there = orders.map((order) => order[place]);
      for (let player = 0; player < n; player++) expect(there.filter((one) => one === player)).toHaveLength(times);
    }
    const neighbours = new Map<string, number>();
    for (const order of orders) {
      for (let i = 1; i < n; i++) {
        const pair = `${order[i - 1]} ${order[i]}`;
        neighbours.set(pair, (neighbours.get(pair) ?? 0) + 1);
      }
    }
    expect([...neighbours.values()]).toEqual(Array.from({ length: n * (n - 1) }, () => times));
  });

  test('share out the whole difference too, exactly', () => {
    fc.assert(
      fc.property(games(6), fc.string(), (worth, seed) => {
        const shares = new SampledAttribution(6, 1, new Stream(seed, 'orders')).shares(worth);
        expect(sum(shares)).toBeCloseTo(worth(63) - worth(0), 9);
      }),
      { numRuns: 30 },
    );
  });

  test('come to the exact shares and interactions as squares are added, and say how far off they are', () => {
    const random = new Stream('game', 'worths');
    const values = Array.from({ length: 64 }, () => {
      random.next();
      return (random.high >>> 0) / 2 ** 32;
    });
    const worth: Worth = (coalition) => values[coalition];
    const exact = new ExactAttribution(6);
    const sampled = new SampledAttribution(6, 400, new Stream('orders', 'orders'));
    const errors = sampled.errors(worth);
    const truth = exact.shares(worth);
    sampled.shares(worth).forEach((share, i) => {
      expect(errors[i]).toBeLessThan(0.03);
      expect(Math.abs(share - truth[i])).toBeLessThan(2 * errors[i]);
    });
    const indices = exact.interactions(worth);
    sampled.interactions(worth).forEach((index, i) => expect(index).toBeCloseTo(indices[i], 1));
  });

  test('have no error where each player adds the same whoever is there', () => {
    const additive: Worth = (coalition) => sizeOf(coalition) * 2;
    const sampled = new SampledAttribution(9, 1, new Stream('s', 'orders'));
    expect(sampled.errors(additive)).toEqual(Array.from({ length: 9 }, () => 0));
  });

  test('name every coalition that they ask for', () => {
    const sampled = new SampledAttribution(10, 1, new Stream('s', 'orders'));
    const named = new Set(sampled.coalitions);
    const strict: Worth = (coalition) => {
      expect(named.has(coalition)).toBe(true);
      return 0;
    };
    sampled.shares(strict);
    sampled.interactions(strict);
    expect(named.has(0) && named.has(1023)).toBe(true);
    expect(named.size).toBeLessThan(220);
  });
});
