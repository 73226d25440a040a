/**
 * The index of the smallest of n keys, ties by a second key: a tournament tree over arrays that the owner changes
 * and reports. `min` costs O(1), `update` O(log n).
 */
export class MinTree {
  private readonly first: ArrayLike<number>;
  private readonly second: ArrayLike<number>;
  private readonly leaves: number;
  /** winners[1] is the overall winner; node i has the children 2i and 2i + 1; -1 beyond the last key. */
  private readonly winners: Int32Array;

  constructor(first: ArrayLike<number>, second: ArrayLike<number>) {
    this.first = first;
    this.second = second;
    let leaves = 1;
    while (leaves < first.length) leaves *= 2;
    this.leaves = leaves;
    this.winners = new Int32Array(2 * leaves).fill(-1);
    for (let i = 0; i < first.length; i++) this.winners[leaves + i] = i;
    for (let node = leaves - 1; node >= 1; node--) this.play(node);
  }

  /** Index of the smallest key; -1 if there are no keys. */
  get min(): number {
    return this.winners[1];
  }

  /** Key `index` has changed. */
  update(index: number): void {
    let node = (this.leaves + index) >> 1;
    while (node >= 1) {
      this.play(node);
      node >>= 1;
    }
  }

  private play(node: number): void {
    const left = this.winners[2 * node];
    const right = this.winners[2 * node + 1];
    this.winners[node] = right < 0 || (left >= 0 && this.before(left, right)) ? left : right;
  }

  private before(a: number, b: number): boolean {
    const x = this.first[a];
    const y = this.first[b];
    return x < y || (x === y && this.second[a] <= this.second[b]);
  }
}
