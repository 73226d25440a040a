/**
 * The smallest of n values and how many share it, with a fair choice among them: a segment tree. `set` and `pick` cost
 * O(log n). A value of `Infinity` takes an entry out.
 */
export class MinCountTree {
  private readonly leaves: number;
  private readonly values: Float64Array;
  private readonly counts: Int32Array;

  constructor(n: number) {
    let leaves = 1;
    while (leaves < n) leaves *= 2;
    this.leaves = leaves;
    this.values = new Float64Array(2 * leaves).fill(Infinity);
    this.counts = new Int32Array(2 * leaves);
  }

  get min(): number {
    return this.values[1];
  }

  set(index: number, value: number): void {
    const { values, counts } = this;
    let node = this.leaves + index;
    values[node] = value;
    counts[node] = value === Infinity ? 0 : 1;
    node >>= 1;
    while (node >= 1) {
      const left = 2 * node;
      const a = values[left];
      const b = values[left + 1];
      values[node] = a <= b ? a : b;
      counts[node] = a < b ? counts[left] : b < a ? counts[left + 1] : counts[left] + counts[left + 1];
      node >>= 1;
    }
  }

  /** The `nth` (from 0) of the entries that share the smallest value; -1 if there is none. `nth` is below `tied`. */
  pick(nth: number): number {
    const { values, counts } = this;
    if (counts[1] === 0) return -1;
    let node = 1;
    let left = nth;
    while (node < this.leaves) {
      const first = 2 * node;
      if (values[first] > values[node]) {
        node = first + 1;
      } else if (values[first + 1] > values[node] || left < counts[first]) {
        node = first;
      } else {
        left -= counts[first];
        node = first + 1;
      }
    }
    return node - this.leaves;
  }

  /** How many entries share the smallest value. */
  get tied(): number {
    return this.counts[1];
  }
}
