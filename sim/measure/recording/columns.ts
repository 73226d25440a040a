/** A typed array that grows, and hands over what has been added since it was last asked. */
export class Column<A extends Float32Array | Uint32Array | Int32Array | Int16Array | Uint8Array> {
  length = 0;
  private readonly make: (length: number) => A;
  private values: A;

  constructor(make: (length: number) => A) {
    this.make = make;
    this.values = make(1024);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = this.make(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  /** A copy of what there is, and an empty column from here on. */
  take(): A {
    const taken = this.values.slice(0, this.length) as A;
    this.length = 0;
    return taken;
  }
}

export function float32(): Column<Float32Array> {
  return new Column((length) => new Float32Array(length));
}

export function uint32(): Column<Uint32Array> {
  return new Column((length) => new Uint32Array(length));
}

export function int32(): Column<Int32Array> {
  return new Column((length) => new Int32Array(length));
}

export function int16(): Column<Int16Array> {
  return new Column((length) => new Int16Array(length));
}

export function uint8(): Column<Uint8Array> {
  return new Column((length) => new Uint8Array(length));
}
