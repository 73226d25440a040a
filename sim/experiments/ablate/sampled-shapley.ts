import { below } from '../../kernel/random.ts';
import type { RandomSource } from '../../kernel/random.ts';
import { studentQuantile } from '../../measure/statistics.ts';
import { bitOf, jointEffect, pairsOf } from './shapley.ts';
import type { Attribution, Coalition, Worth } from './shapley.ts';

/**
 * A sample of the orders in which players could come, where there are too many to take all. The orders are Williams
 * squares, their players relabelled at random: in each square every player comes at every place equally often, and every
 * pair comes one after the other equally often, so that the mean over them is unbiased and no pair is left out.
 *
 * Sources: Castro, Gomez, Tejada, Polynomial calculation of the Shapley value based on sampling, Computers & OR 36, 2009;
 * Williams, Experimental designs balanced for the estimation of residual effects of treatments, 1949.
 */
export class SampledAttribution implements Attribution {
  readonly coalitions: readonly Coalition[];
  readonly orders: readonly (readonly number[])[];
  private readonly n: number;
  private readonly placeOf = new Map<string, number>();

  /** @param squares how many Williams squares of n players (2n orders if n is odd, else n) */
  constructor(n: number, squares: number, random: RandomSource) {
    this.n = n;
    this.orders = Array.from({ length: squares }, () => relabelled(williamsSquare(n), shuffled(n, random))).flat();
    pairsOf(n).forEach(([a, b], place) => {
      this.placeOf.set(`${a} ${b}`, place);
      this.placeOf.set(`${b} ${a}`, place);
    });
    const coalitions = new Set<Coalition>();
    const note = (coalition: Coalition): number => {
      coalitions.add(coalition);
      return 0;
    };
    this.shares(note);
    this.interactions(note);
    this.coalitions = [...coalitions];
  }

  shares(worth: Worth): number[] {
    return this.marginals(worth).map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  }

  /**
   * Half the 95 % interval of each share that comes of sampling alone, as if the orders were independent: they are
   * balanced, which makes the true error smaller.
   */
  errors(worth: Worth): number[] {
    return this.marginals(worth).map((values) => {
      const n = values.length;
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1);
      return studentQuantile(0.975, n - 1) * Math.sqrt(variance / n);
    });
  }

  interactions(worth: Worth): number[] {
    const effects = pairsOf(this.n).map(() => [] as number[]);
    for (const order of this.orders) {
      let before: Coalition = 0;
      for (let i = 0; i + 1 < order.length; i++) {
        const [a, b] = [order[i], order[i + 1]];
        effects[this.placeOf.get(`${a} ${b}`)!].push(jointEffect(worth, before, bitOf(a), bitOf(b)));
        before |= bitOf(a);
      }
    }
    return effects.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  }

  /** By player, what it adds in each order. */
  private marginals(worth: Worth): number[][] {
    const added = Array.from({ length: this.n }, () => [] as number[]);
    for (const order of this.orders) {
      let before: Coalition = 0;
      for (const player of order) {
        const after = before | bitOf(player);
        added[player].push(worth(after) - worth(before));
        before = after;
      }
    }
    return added;
  }
}

/** Orders of 0 … n - 1 in which each comes at every place, and after every other, equally often. */
export function williamsSquare(n: number): number[][] {
  const first = Array.from({ length: n }, (_, i) => (i % 2 === 1 ? (i + 1) / 2 : (n - i / 2) % n));
  const rows = Array.from({ length: n }, (_, shift) => first.map((player) => (player + shift) % n));
  return n % 2 === 0 ? rows : [...rows, ...rows.map((row) => [...row].reverse())];
}

function relabelled(orders: readonly number[][], labels: readonly number[]): number[][] {
  return orders.map((order) => order.map((player) => labels[player]));
}

/** Fisher and Yates. */
function shuffled(n: number, random: RandomSource): number[] {
  const labels = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [labels[i], labels[j]] = [labels[j], labels[i]];
  }
  return labels;
}
