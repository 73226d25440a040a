type Numbers = Float32Array | Uint32Array | Int32Array | Int16Array | Uint8Array;

/** Rows of numbers, each kind in an array of its own, that grow and are handed over from time to time. */
export class Table<Columns extends Readonly<Record<keyof Columns, Numbers>>> {
  /** To be written at the row that `next` gives; other arrays after it than before. */
  columns: Columns;
  length = 0;
  private capacity: number;
  private readonly make: (rows: number) => Columns;

  constructor(make: (rows: number) => Columns) {
    this.make = make;
    this.capacity = 1024;
    this.columns = make(this.capacity);
  }

  /** The number of a new row. */
  next(): number {
    if (this.length === this.capacity) this.grow();
    return this.length++;
  }

  /** A copy of what there is, and an empty table from here on. */
  take(): Columns {
    const taken = this.make(this.length);
    for (const name of Object.keys(taken) as (keyof Columns)[]) {
      taken[name].set(this.columns[name].subarray(0, this.length));
    }
    this.length = 0;
    return taken;
  }

  private grow(): void {
    this.capacity *= 2;
    const grown = this.make(this.capacity);
    for (const name of Object.keys(grown) as (keyof Columns)[]) grown[name].set(this.columns[name]);
    this.columns = grown;
  }
}

/** Numbers in a row that grow, and are handed over from time to time. */
export class Floats {
  private values = new Float32Array(1024);
  private length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float32Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  /** A copy of what there is; it is empty from here on. */
  take(): Float32Array {
    const taken = this.values.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}
