/** Fixed inputs for measuring functions: a small generator of its own, so that they never depend on what they test. */
export class Inputs {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** Xorshift: uniform on 1 … 2^32 - 1. */
  word(): number {
    let x = this.state | 0;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  /** Uniform on [0, 1), all 53 bits used. */
  share(): number {
    return ((this.word() >>> 5) * 67108864 + (this.word() >>> 6)) / 9007199254740992;
  }

  between(low: number, high: number): number {
    return low + this.share() * (high - low);
  }

  below(n: number): number {
    return this.word() % n;
  }

  /** A positive float64 with its exponent uniform on low … high. */
  scaled(low: number, high: number): number {
    const exponent = low + this.below(high - low + 1);
    return (1 + this.share()) * 2 ** exponent;
  }

  many(count: number, make: () => number): number[] {
    return Array.from({ length: count }, make);
  }
}

const buffer = new DataView(new ArrayBuffer(8));

/** The next float64 above a positive one. */
export function justAbove(x: number): number {
  buffer.setFloat64(0, x);
  buffer.setBigInt64(0, buffer.getBigInt64(0) + 1n);
  return buffer.getFloat64(0);
}

/** The next float64 below a positive one. */
export function justBelow(x: number): number {
  buffer.setFloat64(0, x);
  buffer.setBigInt64(0, buffer.getBigInt64(0) - 1n);
  return buffer.getFloat64(0);
}
