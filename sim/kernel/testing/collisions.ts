/** How many of these pairs of 32-bit words occurred before, by an open hash table. */
export class PairSet {
  size = 0;
  collisions = 0;
  private readonly mask: number;
  private readonly highs: Int32Array;
  private readonly lows: Int32Array;
  private readonly taken: Uint8Array;

  /** @param bits the table has 2^bits places, which should be twice the number of pairs */
  constructor(bits: number) {
    this.mask = 2 ** bits - 1;
    this.highs = new Int32Array(2 ** bits);
    this.lows = new Int32Array(2 ** bits);
    this.taken = new Uint8Array(2 ** bits);
  }

  add(high: number, low: number): void {
    let at = (Math.imul(high, 0x2c1b3c6d) ^ (low >>> 7) ^ Math.imul(low, 0x297a2d39)) & this.mask;
    while (this.taken[at] !== 0) {
      if (this.highs[at] === (high | 0) && this.lows[at] === (low | 0)) {
        this.collisions++;
        return;
      }
      at = (at + 1) & this.mask;
    }
    this.taken[at] = 1;
    this.highs[at] = high;
    this.lows[at] = low;
    this.size++;
  }
}
