type Numbers = Float32Array | Uint32Array | Int32Array | Int16Array | Uint8Array;

/** A typed array to which others are joined. */
export class Grow<A extends Numbers> {
  length = 0;
  values: A;
  private readonly make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.make = make;
    this.values = make(4096);
  }

  append(more: A): void {
    this.reserve(this.length + more.length);
    this.values.set(more, this.length);
    this.length += more.length;
  }

  /** Makes room for so many; what is new is 0, or `fill`. */
  reserve(length: number, fill = 0): void {
    if (length <= this.values.length) return;
    const grown = this.make(Math.max(length, this.values.length * 2));
    grown.set(this.values);
    if (fill !== 0) grown.fill(fill, this.values.length);
    this.values = grown;
  }
}

export const floats = (): Grow<Float32Array> => new Grow((length) => new Float32Array(length));
export const words = (): Grow<Uint32Array> => new Grow((length) => new Uint32Array(length));
export const ints = (): Grow<Int32Array> => new Grow((length) => new Int32Array(length));
export const shorts = (): Grow<Int16Array> => new Grow((length) => new Int16Array(length));
export const bytes = (): Grow<Uint8Array> => new Grow((length) => new Uint8Array(length));
