/**
 * When each slot of an instance will be free, if the jobs that it holds run as drawn and nothing more arrives: a heap
 * of times. It is rebuilt when somebody asks after something unforeseen, and carried on with each job that queues.
 */
export class SlotSchedule {
  valid = false;
  private times = new Float64Array(4);
  private size = 0;

  clear(): void {
    this.size = 0;
  }

  /** When the first slot will be free. */
  get earliest(): number {
    return this.times[0];
  }

  add(time: number): void {
    if (this.size === this.times.length) {
      const times = new Float64Array(this.size * 2);
      times.set(this.times);
      this.times = times;
    }
    const { times } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent] <= time) break;
      times[at] = times[parent];
      at = parent;
    }
    times[at] = time;
  }

  /** The slot that is free first is taken away. */
  dropEarliest(): void {
    const last = this.times[--this.size];
    if (this.size > 0) this.replaceEarliest(last);
  }

  /** The slot that is free first gets a job that ends at `time`. */
  replaceEarliest(time: number): void {
    const { times, size } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && times[child + 1] < times[child]) child++;
      if (times[child] >= time) break;
      times[at] = times[child];
      at = child;
    }
    times[at] = time;
  }
}
