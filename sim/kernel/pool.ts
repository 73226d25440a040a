import { MAX_ENTITIES } from './kernel.ts';

/** An object that is used again and again under one id, which is what its events carry. */
export interface Pooled {
  readonly id: number;
}

/** Objects kept for reuse, so that a running simulation allocates nothing. */
export class Pool<T extends Pooled> {
  /** All objects ever made, by id. */
  readonly items: T[] = [];
  private readonly free: number[] = [];
  private readonly make: (id: number) => T;

  constructor(make: (id: number) => T) {
    this.make = make;
  }

  /** Objects in use. */
  get live(): number {
    return this.items.length - this.free.length;
  }

  take(): T {
    const { free, items } = this;
    if (free.length > 0) return items[free.pop()!];
    if (items.length === MAX_ENTITIES) throw new RangeError(`more than ${MAX_ENTITIES} objects of one kind`);
    const item = this.make(items.length);
    items.push(item);
    return item;
  }

  /** The caller holds no reference any more. Events of its earlier life may still fire: see Kernel. */
  give(item: T): void {
    this.free.push(item.id);
  }
}
