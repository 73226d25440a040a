/** A set of players as bits: player i is in it if bit i is set. */
export type Coalition = number;

/** More players than bits can say. */
export const MOST_PLAYERS = 30;

/** What a set of players is worth. */
export type Worth = (coalition: Coalition) => number;

/** A way to share out what all players together are worth beyond none of them. */
export interface Attribution {
  /** Every coalition whose worth it asks for; the empty one and the whole are among them. */
  readonly coalitions: readonly Coalition[];
  /**
   * Each player's Shapley value: the mean, over all orders in which the players could come, of what it adds when it
   * comes. They sum to worth(all) - worth(none).
   */
  shares(worth: Worth): number[];
  /**
   * Each pair's Shapley interaction index, in the order of `pairsOf`: the mean of what both add together beyond what
   * each adds alone. Below 0 one does what the other does too; above 0 one needs the other.
   */
  interactions(worth: Worth): number[];
}

export function pairsOf(n: number): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) pairs.push([a, b]);
  return pairs;
}

export function bitOf(player: number): Coalition {
  return 1 << player;
}

export function sizeOf(coalition: Coalition): number {
  let size = 0;
  for (let left = coalition; left !== 0; left &= left - 1) size++;
  return size;
}

/** What both of a pair add to a coalition beyond what each adds alone. */
export function jointEffect(worth: Worth, to: Coalition, a: Coalition, b: Coalition): number {
  return worth(to | a | b) - worth(to | a) - worth(to | b) + worth(to);
}

/**
 * All coalitions. Sources: Shapley, A value for n-person games, 1953; Grabisch and Roubens, An axiomatic approach to the
 * concept of interaction among players in cooperative games, Int. J. of Game Theory 28, 1999.
 */
export class ExactAttribution implements Attribution {
  readonly coalitions: readonly Coalition[];
  private readonly n: number;

  constructor(n: number) {
    this.n = n;
    this.coalitions = Array.from({ length: 1 << n }, (_, i) => i);
  }

  shares(worth: Worth): number[] {
    const weights = weightsBySize(this.n - 1);
    return Array.from({ length: this.n }, (_, i) => {
      const bit = bitOf(i);
      return this.sumWithout(bit, (others) => weights[sizeOf(others)] * (worth(others | bit) - worth(others)));
    });
  }

  interactions(worth: Worth): number[] {
    const weights = weightsBySize(this.n - 2);
    return pairsOf(this.n).map(([i, j]) => {
      const [a, b] = [bitOf(i), bitOf(j)];
      return this.sumWithout(a | b, (others) => weights[sizeOf(others)] * jointEffect(worth, others, a, b));
    });
  }

  private sumWithout(players: Coalition, term: (others: Coalition) => number): number {
    let sum = 0;
    for (const coalition of this.coalitions) if ((coalition & players) === 0) sum += term(coalition);
    return sum;
  }
}

/** Weight of one subset of each size among `n` others, so that all sizes, and all subsets of one size, count alike. */
function weightsBySize(n: number): number[] {
  const weights: number[] = [];
  let subsets = 1;
  for (let size = 0; size <= n; size++) {
    weights.push(1 / ((n + 1) * subsets));
    subsets = (subsets * (n - size)) / (size + 1);
  }
  return weights;
}
