import { PHASE_ARRIVAL, PHASE_TIMER } from '../../kernel/event-queue.ts';
import type { Lane } from '../../kernel/event-queue.ts';
import { hashName } from '../../kernel/hash.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Pool } from '../../kernel/pool.ts';
import { below, Draw, Stream, uniform } from '../../kernel/random.ts';
import type { RootKey } from '../../kernel/random.ts';
import { NEVER } from '../../kernel/time.ts';
import type { Call, Caller } from '../call.ts';
import { DROPPED_OUTCOME, EXPIRED, outcomeOf } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { FROM_INSTANCE, HANG_UP, makeResult, TIMED_OUT } from '../result.ts';
import type { Result } from '../result.ts';
import type { TrafficSpec } from '../spec.ts';
import { buildArrivals } from './arrivals.ts';
import type { Arrivals, Surge } from './arrivals.ts';

/** Where a call enters an edge: the outermost layer of its stack. */
export interface Entry {
  begin(call: Call): void;
  /** The caller gives up: every layer that the call passed learns it at once. */
  abandon(call: Call): void;
}

/** Is told of every request's beginning and end. */
export interface RequestRecorder {
  arrived(call: Call, now: number): void;
  ended(call: Call, outcome: Outcome, result: Result, now: number): void;
}

const HANG_UP_RESULT = makeResult(TIMED_OUT, HANG_UP, FROM_INSTANCE);

/** What a traffic source needs of the world around it. */
export interface SourceSurroundings {
  readonly kernel: Kernel;
  readonly calls: Pool<Call>;
  readonly root: RootKey;
  readonly seed: string;
  readonly duration: number;
  readonly recorder: RequestRecorder;
  readonly arrivalCode: number;
  readonly hangUpCode: number;
  /** The number of the next request among all sources. */
  nextNumber(): number;
  callIsFree(call: Call): void;
}

/** The clients of one source: they send requests that do not wait for each other, and hang up when out of patience. */
export class TrafficSource implements Caller {
  readonly index: number;
  readonly spec: TrafficSpec;
  /** Index of the edge that its requests go over. */
  readonly edge: number;
  /** Requests sent so far, and not yet ended. */
  sent = 0;
  open = 0;
  entry!: Entry;
  /** How many layers of the edge keep a count of their draws on a call. */
  drawingLayers = 0;

  private readonly around: SourceSurroundings;
  private readonly arrivals: Arrivals;
  private readonly arrivalLane: Lane;
  private readonly hangUpLane: Lane | null;
  private readonly pathHigh: number;
  private readonly clientDraw: Draw;
  private readonly classDraw: Draw;

  constructor(index: number, spec: TrafficSpec, edge: number, surges: readonly Surge[], around: SourceSurroundings) {
    this.index = index;
    this.spec = spec;
    this.edge = edge;
    this.around = around;
    const { calls, hangUpCode, kernel, root, seed } = around;
    this.arrivals = buildArrivals(spec.arrivals, surges, new Stream(seed, `arrivals/${spec.name}`));
    this.arrivalLane = kernel.sequence(PHASE_ARRIVAL);
    this.hangUpLane =
      spec.patience === NEVER ? null : kernel.timerLane(spec.patience, PHASE_TIMER, hangUpCode, isAwaited(calls));
    this.pathHigh = hashName(spec.name);
    this.clientDraw = new Draw(root, 'client', spec.name);
    this.classDraw = new Draw(root, 'class', spec.name);
  }

  /** Schedules the first arrival. */
  start(): void {
    this.scheduleNext();
  }

  private scheduleNext(): void {
    const time = this.arrivals.next();
    if (time < this.around.duration) {
      this.around.kernel.schedule(this.arrivalLane, time, this.around.arrivalCode, this.index);
    }
  }

  /** A request arrives now. */
  arrive(now: number): void {
    this.scheduleNext();
    const { calls, kernel, recorder, hangUpCode } = this.around;
    const call = calls.take();
    call.pathHigh = this.pathHigh;
    call.pathLow = this.sent;
    call.edge = this.edge;
    call.source = this.index;
    call.request = this.around.nextNumber();
    this.sent++;
    call.client = -1;
    call.klass = this.spec.classes.length > 1 ? this.drawClass(call) : 0;
    call.arrivedAt = now;
    call.deadlineAt = now + this.spec.deadline;
    call.dispatches = 0;
    call.dropped = 0;
    call.effects = 0;
    call.ended = false;
    call.demand = -0.5;
    call.workOrdinal = -1;
    call.waited = 0;
    const { draws } = call;
    for (let i = 0; i < this.drawingLayers; i++) draws[i] = 0;
    call.seenBy = 0;
    call.allowedBy = 0;
    call.conflicts = 0;
    call.caller = this;
    call.traced = false;
    this.open++;
    recorder.arrived(call, now);
    if (this.hangUpLane === null) {
      call.hangUpAt = NEVER;
    } else {
      call.hangUpAt = now + this.spec.patience;
      kernel.schedule(this.hangUpLane, call.hangUpAt, hangUpCode, call.id);
    }
    this.entry.begin(call);
  }

  /** The client of a request, drawn when somebody first asks. */
  clientOf(call: Call): number {
    if (call.client < 0) call.client = below(this.clientDraw.at(0, call.pathLow, 0), this.spec.clients);
    return call.client;
  }

  private drawClass(call: Call): number {
    const { classes } = this.spec;
    let total = 0;
    for (const one of classes) total += one.weight;
    let left = uniform(this.classDraw.at(0, call.pathLow, 0)) * total;
    for (let i = 0; i < classes.length - 1; i++) {
      left -= classes[i].weight;
      if (left < 0) return i;
    }
    return classes.length - 1;
  }

  /** The patience of a request has run out. */
  hangUp(call: Call, now: number): void {
    this.entry.abandon(call);
    const silent = call.dispatches > 0 && call.dropped === call.dispatches;
    this.end(call, silent ? DROPPED_OUTCOME : EXPIRED, HANG_UP_RESULT, now);
  }

  callEnded(call: Call, result: Result): void {
    const { now } = this.around.kernel;
    this.end(call, outcomeOf(result, now, call.deadlineAt), result, now);
  }

  private end(call: Call, outcome: Outcome, result: Result, now: number): void {
    this.open--;
    call.hangUpAt = NEVER;
    call.ended = true;
    this.around.recorder.ended(call, outcome, result, now);
    if (call.jobs === 0) this.around.callIsFree(call);
  }
}

/** Whether a call's hang-up is still waited for. */
function isAwaited(calls: Pool<Call>): (id: number, time: number) => boolean {
  const { items } = calls;
  return (id, time) => items[id].hangUpAt === time;
}
