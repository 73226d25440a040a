import { PHASE_SAMPLE } from './event-queue.ts';
import type { Lane, Phase } from './event-queue.ts';
import type { Handler, Kernel } from './kernel.ts';
import { NEVER } from './time.ts';

/** Acts that are rare or periodic, each a function of its own: evaluations, samples, what happens once at a later time. */
export class Ticker {
  private readonly periodic: Periodic;
  private readonly once: Once;

  constructor(kernel: Kernel) {
    this.periodic = new Periodic(kernel);
    this.once = new Once(kernel);
  }

  /** Acts at `first`, `first + period`, … in the phase of samples. @param period nanoseconds, above 0 */
  every(period: number, first: number, act: (now: number) => void): void {
    if (!(period > 0) || period === NEVER) throw new RangeError(`a tick every ${period} ns`);
    this.periodic.add(period, first, act);
  }

  /** Acts at `time`, in the given phase. */
  at(time: number, phase: Phase, act: (now: number) => void): void {
    if (time !== NEVER) this.once.add(time, phase, act);
  }
}

class Periodic implements Handler {
  private readonly kernel: Kernel;
  private readonly code: number;
  private readonly ticks: { readonly period: number; readonly lane: Lane; readonly act: (now: number) => void }[] = [];
  private readonly lanes = new Map<number, Lane>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.code = kernel.register(this);
  }

  add(period: number, first: number, act: (now: number) => void): void {
    // The first ticks come in no order, so they go through the heap; those after them share a lane for each period.
    let lane = this.lanes.get(period);
    if (lane === undefined) {
      lane = this.kernel.lane(period, PHASE_SAMPLE);
      this.lanes.set(period, lane);
    }
    const id = this.ticks.push({ period, lane, act }) - 1;
    this.kernel.scheduleAt(first, PHASE_SAMPLE, this.code, id);
  }

  handle(id: number): void {
    const tick = this.ticks[id];
    const { now } = this.kernel;
    this.kernel.schedule(tick.lane, now + tick.period, this.code, id);
    tick.act(now);
  }
}

class Once implements Handler {
  private readonly kernel: Kernel;
  private readonly code: number;
  private readonly acts: (((now: number) => void) | null)[] = [];
  private readonly free: number[] = [];

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.code = kernel.register(this);
  }

  add(time: number, phase: Phase, act: (now: number) => void): void {
    const id = this.free.pop() ?? this.acts.length;
    this.acts[id] = act;
    this.kernel.scheduleAt(time, phase, this.code, id);
  }

  handle(id: number): void {
    const act = this.acts[id]!;
    this.acts[id] = null;
    this.free.push(id);
    act(this.kernel.now);
  }
}
