import { MinTree } from './min-tree.ts';
import { NEVER } from './time.ts';

/**
 * What happens first at one instant: the world changes, answers arrive, timers fire, samples are taken, and only
 * then new work arrives. So an answer exactly at its deadline is in time, and a job that arrives as another leaves
 * does not wait.
 */
export const PHASE_WORLD = 0;
export const PHASE_ANSWER = 1;
export const PHASE_TIMER = 2;
export const PHASE_SAMPLE = 3;
export const PHASE_ARRIVAL = 4;
export type Phase = 0 | 1 | 2 | 3 | 4;

/** Room for 2^48 events in one phase: the order key is phase * 2^48 + serial, exact in a float64. */
const PHASE_STEP = 281474976710656;

/** Above this many lanes their heads are kept in a tree; up to it a scan is faster. */
const LANES_TO_SCAN = 8;

/**
 * Events whose times are pushed in order, such as timeouts of one length: what is pushed first comes out first,
 * so that push and pop cost O(1).
 */
export class Lane {
  readonly index: number;
  /**
   * Whether an event at this time is still waited for, if its owner can tell. Timers are cancelled lazily, and most
   * are: those that nobody waits for any more are dropped here, in bulk, when they come to the head of the lane.
   */
  isWanted: ((event: number, time: number) => boolean) | null = null;
  readonly orderBase: number;
  /** Ring buffers; the capacity is a power of two. */
  times = new Float64Array(16);
  orders = new Float64Array(16);
  events = new Int32Array(16);
  head = 0;
  size = 0;
  lastTime = 0;

  constructor(index: number, phase: Phase) {
    this.index = index;
    this.orderBase = phase * PHASE_STEP;
  }

  /** Doubles the ring, laying it out from its head. */
  grow(): void {
    const capacity = this.times.length;
    const times = new Float64Array(capacity * 2);
    const orders = new Float64Array(capacity * 2);
    const events = new Int32Array(capacity * 2);
    for (let i = 0; i < capacity; i++) {
      const from = (this.head + i) & (capacity - 1);
      times[i] = this.times[from];
      orders[i] = this.orders[from];
      events[i] = this.events[from];
    }
    this.times = times;
    this.orders = orders;
    this.events = events;
    this.head = 0;
  }
}

/**
 * Pending events in the order (time, phase, first pushed). Lanes take what comes in order by nature, a binary heap
 * the rest: O(1) for lanes (O(log lanes) above eight), O(log n) for the heap. An event is an integer below 2^31.
 */
export class EventQueue {
  /** The event that `pop` took last, and its time. */
  time = 0;
  event = 0;

  private serial = 0;

  private heapTimes = new Float64Array(64).fill(NEVER);
  private heapOrders = new Float64Array(64);
  private heapEvents = new Int32Array(64);
  private heapSize = 0;

  private readonly lanes: Lane[] = [];
  /** The head of each lane, `NEVER` where it is empty. */
  private headTimes: number[] = [];
  private headOrders: number[] = [];
  private heads: MinTree | null = null;
  /** The earliest head among the lanes. */
  private bestTime = NEVER;
  private bestOrder = 0;
  private bestLane = 0;

  get size(): number {
    let size = this.heapSize;
    for (const lane of this.lanes) size += lane.size;
    return size;
  }

  addLane(phase: Phase): Lane {
    const lane = new Lane(this.lanes.length, phase);
    this.lanes.push(lane);
    this.headTimes.push(NEVER);
    this.headOrders.push(0);
    if (this.lanes.length > LANES_TO_SCAN) this.heads = new MinTree(this.headTimes, this.headOrders);
    return lane;
  }

  /** Queues an event on a lane. `time` must not be earlier than the lane's last one. */
  pushInOrder(lane: Lane, time: number, event: number): void {
    if (!(time >= lane.lastTime)) throw new RangeError(`lane ${lane.index}: ${time} pushed after ${lane.lastTime}`);
    if (time === NEVER) return;
    lane.lastTime = time;
    const order = lane.orderBase + this.serial++;
    if (lane.size === lane.times.length) lane.grow();
    const at = (lane.head + lane.size) & (lane.times.length - 1);
    lane.times[at] = time;
    lane.orders[at] = order;
    lane.events[at] = event;
    if (lane.size++ === 0) this.newHead(lane.index, time, order);
  }

  /** Queues an event at any time. */
  push(time: number, phase: Phase, event: number): void {
    if (time === NEVER) return;
    if (this.heapSize + 1 === this.heapTimes.length) this.growHeap();
    const order = phase * PHASE_STEP + this.serial++;
    this.siftUp(this.heapSize++, time, order, event);
  }

  /** Takes the earliest event not later than `until` into `time` and `event`; false if there is none. */
  pop(until: number): boolean {
    if (this.heapSize > 0) {
      const heapTime = this.heapTimes[0];
      if (heapTime < this.bestTime || (heapTime === this.bestTime && this.heapOrders[0] < this.bestOrder)) {
        if (heapTime > until) return false;
        this.time = heapTime;
        this.event = this.heapEvents[0];
        this.removeTop();
        return true;
      }
    }
    if (this.bestTime === NEVER || this.bestTime > until) return false;
    const lane = this.lanes[this.bestLane];
    this.time = this.bestTime;
    this.event = lane.events[lane.head];
    const mask = lane.times.length - 1;
    const { isWanted } = lane;
    let { head, size } = lane;
    do {
      head = (head + 1) & mask;
      size--;
    } while (size > 0 && isWanted !== null && !isWanted(lane.events[head], lane.times[head]));
    lane.head = head;
    lane.size = size;
    if (size === 0) this.replaceHead(lane.index, NEVER, 0);
    else this.replaceHead(lane.index, lane.times[head], lane.orders[head]);
    return true;
  }

  /** The time of the earliest pending event, or `NEVER`. */
  nextTime(): number {
    if (this.heapSize > 0 && this.heapTimes[0] < this.bestTime) return this.heapTimes[0];
    return this.bestTime;
  }

  /** An empty lane got its first event. */
  private newHead(index: number, time: number, order: number): void {
    this.headTimes[index] = time;
    this.headOrders[index] = order;
    if (this.heads !== null) this.heads.update(index);
    if (time < this.bestTime || (time === this.bestTime && order < this.bestOrder)) {
      this.bestTime = time;
      this.bestOrder = order;
      this.bestLane = index;
    }
  }

  /** The best lane lost its head. */
  private replaceHead(index: number, time: number, order: number): void {
    const times = this.headTimes;
    const orders = this.headOrders;
    times[index] = time;
    orders[index] = order;
    let best = 0;
    if (this.heads !== null) {
      this.heads.update(index);
      best = this.heads.min;
    } else {
      for (let i = 1; i < times.length; i++) {
        if (times[i] < times[best] || (times[i] === times[best] && orders[i] < orders[best])) best = i;
      }
    }
    this.bestLane = best;
    this.bestTime = times[best];
    this.bestOrder = orders[best];
  }

  private siftUp(from: number, time: number, order: number, event: number): void {
    const times = this.heapTimes;
    const orders = this.heapOrders;
    const events = this.heapEvents;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = times[parent];
      if (parentTime < time || (parentTime === time && orders[parent] < order)) break;
      times[at] = parentTime;
      orders[at] = orders[parent];
      events[at] = events[parent];
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    events[at] = event;
  }

  /**
   * Moves the hole down along the smaller children to a leaf, then lets the last element rise from there. Which child
   * is smaller is as good as random, so it is computed and not branched on; beyond the last element all times are
   * `NEVER`, so that a missing right child loses.
   */
  private removeTop(): void {
    const times = this.heapTimes;
    const orders = this.heapOrders;
    const events = this.heapEvents;
    const last = --this.heapSize;
    const time = times[last];
    times[last] = NEVER;
    let hole = 0;
    let left = 1;
    while (left < last) {
      const a = times[left];
      const b = times[left + 1];
      let child = left + Number(b < a);
      if (a === b && orders[left + 1] < orders[left]) child = left + 1;
      times[hole] = times[child];
      orders[hole] = orders[child];
      events[hole] = events[child];
      hole = child;
      left = 2 * hole + 1;
    }
    this.siftUp(hole, time, orders[last], events[last]);
  }

  private growHeap(): void {
    const capacity = this.heapTimes.length * 2;
    const times = new Float64Array(capacity).fill(NEVER);
    const orders = new Float64Array(capacity);
    const events = new Int32Array(capacity);
    times.set(this.heapTimes);
    orders.set(this.heapOrders);
    events.set(this.heapEvents);
    this.heapTimes = times;
    this.heapOrders = orders;
    this.heapEvents = events;
  }
}
