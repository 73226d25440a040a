/**
 * Envoy's earliest-deadline-first scheduler: weighted round robin with real weights in O(log n) a pick.
 *
 * An entry's deadline is the virtual time at its insertion plus 1 / weight. The pick is the smallest deadline, first in
 * first out on ties, and its deadline becomes the virtual time. Deadlines in the queue are never recomputed: a weight
 * that changes is seen only when its entry is picked and inserted anew.
 *
 * Source: envoyproxy/envoy source/common/upstream/edf_scheduler.h.
 */
export class EdfScheduler {
  /** The virtual time: the deadline of the last pick. */
  virtualTime = 0;
  private queued = 0;
  private serial = 0;
  private readonly heap: Int32Array;
  /** By entry: its deadline, its place in the order of insertion, its index in the heap (-1: not queued). */
  private readonly deadlines: Float64Array;
  private readonly orders: Float64Array;
  private readonly places: Int32Array;
  /** Picks that `start` has given to each entry. */
  private readonly floorPicks: Float64Array;

  /** @param capacity entries are 0 … capacity - 1, each queued at most once */
  constructor(capacity: number) {
    this.heap = new Int32Array(capacity);
    this.deadlines = new Float64Array(capacity);
    this.orders = new Float64Array(capacity);
    this.places = new Int32Array(capacity).fill(-1);
    this.floorPicks = new Float64Array(capacity);
  }

  get size(): number {
    return this.queued;
  }

  clear(): void {
    for (let i = 0; i < this.queued; i++) this.places[this.heap[i]] = -1;
    this.queued = 0;
    this.serial = 0;
    this.virtualTime = 0;
  }

  /** Queues an entry that is not queued. A weight of 0 or less cannot be scheduled: an error. */
  add(entry: number, weight: number): void {
    this.insert(entry, this.virtualTime + 1 / schedulable(weight));
  }

  /** The entry with the earliest deadline, which becomes the virtual time; -1 if there is none. It stays in the queue. */
  head(): number {
    if (this.queued === 0) return -1;
    const entry = this.heap[0];
    this.virtualTime = this.deadlines[entry];
    return entry;
  }

  /** The head has been picked: inserts it anew, with its weight of this moment. */
  reinsertHead(weight: number): void {
    const entry = this.heap[0];
    this.deadlines[entry] = this.virtualTime + 1 / schedulable(weight);
    this.orders[entry] = this.serial++;
    this.siftDown(0);
  }

  /** Takes an entry out; nothing happens if it is not queued. */
  remove(entry: number): void {
    const hole = this.places[entry];
    if (hole < 0) return;
    this.places[entry] = -1;
    const last = this.heap[--this.queued];
    if (last === entry) return;
    this.place(last, hole);
    this.siftDown(this.siftUp(hole));
  }

  /**
   * Begins anew with these entries, as if `picks` picks had been made with weights that do not change: each entry gets
   * the whole part of its share of them at once, the few that are left are picked one by one. O(n log n), however many
   * the picks. Envoy starts every schedule at a random pick, so that its workers do not move in step.
   */
  start(entries: ArrayLike<number>, count: number, weightOf: (entry: number) => number, picks: number): void {
    this.clear();
    let sum = 0;
    for (let i = 0; i < count; i++) sum += schedulable(weightOf(entries[i]));
    let left = picks;
    let latest = 0;
    for (let i = 0; i < count; i++) {
      const weight = weightOf(entries[i]);
      const whole = wholePicks(picks, weight, sum);
      this.floorPicks[i] = whole;
      left -= whole;
      latest = Math.max(latest, whole / weight);
    }
    for (let i = 0; i < count; i++) this.insert(entries[i], (this.floorPicks[i] + 1) / weightOf(entries[i]));
    this.virtualTime = latest;
    for (; left > 0; left--) this.reinsertHead(weightOf(this.head()));
  }

  private insert(entry: number, deadline: number): void {
    this.deadlines[entry] = deadline;
    this.orders[entry] = this.serial++;
    this.place(entry, this.queued++);
    this.siftUp(this.queued - 1);
  }

  private place(entry: number, index: number): void {
    this.heap[index] = entry;
    this.places[entry] = index;
  }

  private before(a: number, b: number): boolean {
    const difference = this.deadlines[a] - this.deadlines[b];
    return difference < 0 || (difference === 0 && this.orders[a] < this.orders[b]);
  }

  private siftUp(from: number): number {
    const entry = this.heap[from];
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(entry, this.heap[parent])) break;
      this.place(this.heap[parent], index);
      index = parent;
    }
    this.place(entry, index);
    return index;
  }

  private siftDown(from: number): void {
    const entry = this.heap[from];
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.queued) break;
      if (child + 1 < this.queued && this.before(this.heap[child + 1], this.heap[child])) child++;
      if (!this.before(this.heap[child], entry)) break;
      this.place(this.heap[child], index);
      index = child;
    }
    this.place(entry, index);
  }
}

function schedulable(weight: number): number {
  if (!(weight > 0)) throw new RangeError(`an EDF weight must be above 0, found ${weight}`);
  return weight;
}

/** The whole part of weight / sum of the picks; one less where rounding would put it past the moment of the last pick. */
function wholePicks(picks: number, weight: number, sum: number): number {
  const whole = Math.floor((weight * picks) / sum);
  return whole > 0 && whole / weight >= picks / sum ? whole - 1 : whole;
}
