import { buildDistribution } from '../../kernel/distributions/index.ts';
import type { Distribution } from '../../kernel/distributions/index.ts';
import { PHASE_ARRIVAL, PHASE_TIMER } from '../../kernel/event-queue.ts';
import type { Lane } from '../../kernel/event-queue.ts';
import { hashName } from '../../kernel/hash.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Pool } from '../../kernel/pool.ts';
import { below, Draw, uniform } from '../../kernel/random.ts';
import type { RootKey } from '../../kernel/random.ts';
import { NEVER, wholeNanoseconds } from '../../kernel/time.ts';
import { isHangUpAwaited } from '../call.ts';
import type { Call, Caller, Entry } from '../call.ts';
import { Effects } from '../effects.ts';
import { DROPPED_OUTCOME, EXPIRED, outcomeOf } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { FROM_INSTANCE, HANG_UP, makeResult, TIMED_OUT } from '../result.ts';
import type { Result } from '../result.ts';
import type { RecordedArrivalSpec, TrafficSpec } from '../spec.ts';
import { buildArrivals } from './arrivals.ts';
import type { Replay } from './replay.ts';
import type { Arrivals, Surge } from './arrivals.ts';

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
  readonly thinkCode: number;
  readonly hangUpCode: number;
  /** The number of the next request among all sources. */
  nextNumber(): number;
  /** Whether arrivals are to be written down. */
  readonly records: boolean;
  /** The order in which a recorded run's requests came, from all sources; null where each source keeps its own. */
  readonly replay: Replay | null;
  callIsFree(call: Call): void;
  /** Whether a service that is called over an edge, or one that is called below it, minds to be called twice. */
  mindsEffects(edge: number): boolean;
}

/** When and from whom the requests of a source came, and their numbers in the run: to be replayed as an open loop. */
export interface RecordedTraffic {
  readonly times: number[];
  /** -1 where the client is drawn when somebody asks. */
  readonly clients: number[];
  readonly numbers: number[];
}

/**
 * The clients of one source. In an open loop requests do not wait for each other; in a closed loop each client thinks,
 * asks, waits for the end, and thinks again. All hang up when out of patience.
 */
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
  /** Where some arrivals depend on the answers, what came when. */
  readonly recorded: RecordedTraffic | null;
  /** In a closed loop, the event id of its first client. */
  readonly firstClient: number;

  private readonly around: SourceSurroundings;
  private readonly arrivals: Arrivals | null;
  private readonly thinkTime: Distribution | null;
  private readonly thinkDraw: Draw;
  /** How often each client of a closed loop has thought. */
  private readonly thoughts: Uint32Array;
  private readonly arrivalLane: Lane;
  /** Where all hang up after the same time; null where they do not. */
  private readonly hangUpLane: Lane | null;
  /** How long each waits, where that is drawn. */
  private readonly patience: Distribution | null;
  private readonly patienceDraw: Draw;
  private readonly pathHigh: number;
  private readonly mindsEffects: boolean;
  private readonly clientDraw: Draw;
  private readonly classDraw: Draw;

  constructor(
    index: number,
    spec: TrafficSpec,
    edge: number,
    firstClient: number,
    surges: readonly Surge[],
    around: SourceSurroundings,
  ) {
    this.index = index;
    this.spec = spec;
    this.edge = edge;
    this.firstClient = firstClient;
    this.around = around;
    const { calls, hangUpCode, kernel, root, seed } = around;
    const { arrivals } = spec;
    const closed = arrivals.kind === 'closed';
    this.arrivals = closed ? null : buildArrivals(arrivals, surges, seed, spec.name);
    this.thinkTime = closed ? buildDistribution(arrivals.thinkTime) : null;
    this.mindsEffects = around.mindsEffects(edge);
    this.thinkDraw = new Draw(root, 'think', spec.name);
    this.thoughts = new Uint32Array(closed ? spec.clients : 0);
    this.recorded = around.records ? { times: [], clients: [], numbers: [] } : null;
    this.arrivalLane = kernel.sequence(PHASE_ARRIVAL);
    const { patience } = spec;
    this.patience = typeof patience === 'number' ? null : buildDistribution(patience);
    this.patienceDraw = new Draw(root, 'patience', spec.name);
    this.hangUpLane =
      typeof patience !== 'number' || patience === NEVER
        ? null
        : kernel.timerLane(patience, PHASE_TIMER, hangUpCode, isHangUpAwaited(calls));
    this.pathHigh = hashName(spec.name);
    this.clientDraw = new Draw(root, 'client', spec.name);
    this.classDraw = new Draw(root, 'class', spec.name);
  }

  /** Whether arrivals depend on the answers. */
  get isClosed(): boolean {
    return this.arrivals === null;
  }

  /** Schedules the first arrivals. */
  start(): void {
    if (this.arrivals !== null) this.scheduleNext(this.arrivals);
    else for (let client = 0; client < this.spec.clients; client++) this.think(client, 0);
  }

  private scheduleNext(arrivals: Arrivals): void {
    const time = arrivals.next();
    if (time < this.around.duration) {
      this.around.kernel.schedule(this.arrivalLane, time, this.around.arrivalCode, this.index);
    }
  }

  private think(client: number, now: number): void {
    const draw = this.thinkDraw.at(0, client, this.thoughts[client]++);
    const time = now + wholeNanoseconds(this.thinkTime!.sample(draw));
    if (time < this.around.duration) {
      this.around.kernel.scheduleAt(time, PHASE_ARRIVAL, this.around.thinkCode, this.firstClient + client);
    }
  }

  /** The next request of an open loop arrives now. */
  arrive(now: number): void {
    const { replay } = this.around;
    if (replay === null) this.scheduleNext(this.arrivals!);
    else replay.scheduleNext();
    this.send(now, -1);
  }

  /** A client of a closed loop has thought. */
  thought(client: number, now: number): void {
    this.send(now, client);
  }

  private send(now: number, client: number): void {
    const { calls, kernel, recorder, hangUpCode } = this.around;
    const { spec } = this;
    const call = calls.take();
    call.root = call;
    call.pathHigh = this.pathHigh;
    call.pathLow = this.sent;
    call.sizeHigh = this.pathHigh;
    call.sizeLow = this.sent;
    call.edge = this.edge;
    call.source = this.index;
    call.sequence = this.sent++;
    call.request = this.around.nextNumber();
    if (this.recorded !== null) {
      this.recorded.times.push(now);
      this.recorded.clients.push(client);
      this.recorded.numbers.push(call.request);
    }
    call.client = client;
    call.klass = 0;
    call.demand = -0.5;
    call.priority = 0;
    if (spec.classes.length > 0) this.classify(call);
    if (spec.arrivals.kind === 'recorded') this.asRecorded(call, spec.arrivals);
    call.zone = spec.zone;
    call.arrivedAt = now;
    call.deadlineAt = now + spec.deadline;
    call.dispatches = 0;
    call.dropped = 0;
    call.effects = this.mindsEffects ? new Effects() : null;
    call.madeBy = -1;
    call.ended = false;
    call.workOrdinal = -1;
    call.waited = 0;
    call.progress = 0;
    const { draws } = call;
    for (let i = 0; i < this.drawingLayers; i++) draws[i] = 0;
    call.seenBy = 0;
    call.allowedBy = 0;
    call.conflicts = 0;
    call.caller = this;
    call.parent = null;
    call.traced = false;
    this.open++;
    recorder.arrived(call, now);
    if (this.hangUpLane !== null) {
      call.hangUpAt = now + (spec.patience as number);
      kernel.schedule(this.hangUpLane, call.hangUpAt, hangUpCode, call.id);
    } else if (this.patience !== null) {
      call.hangUpAt = now + wholeNanoseconds(this.patience.sample(this.patienceDraw.at(0, call.sequence, 0)));
      kernel.scheduleAt(call.hangUpAt, PHASE_TIMER, hangUpCode, call.id);
    } else {
      call.hangUpAt = NEVER;
    }
    this.entry.begin(call);
  }

  private classify(call: Call): void {
    const { arrivals, classes } = this.spec;
    const recorded = arrivals.kind === 'recorded' ? arrivals.classes : null;
    if (recorded !== null) call.klass = recorded[call.sequence];
    else if (classes.length > 1) call.klass = this.drawClass(call);
    call.priority = classes[call.klass].priority;
  }

  private asRecorded(call: Call, { clients, demands }: RecordedArrivalSpec): void {
    if (clients !== null) call.client = clients[call.sequence];
    if (demands !== null) call.demand = demands[call.sequence];
  }

  /** The client of a request, or of a nested call of it, drawn when somebody first asks. */
  clientOf(call: Call): number {
    if (call.client < 0) call.client = below(this.clientDraw.at(0, call.sequence, 0), this.spec.clients);
    return call.client;
  }

  private drawClass(call: Call): number {
    const { classes } = this.spec;
    let total = 0;
    for (const one of classes) total += one.weight;
    let left = uniform(this.classDraw.at(0, call.sequence, 0)) * total;
    for (let i = 0; i < classes.length - 1; i++) {
      left -= classes[i].weight;
      if (left < 0) return i;
    }
    return classes.length - 1;
  }

  /** The patience of a request has run out. */
  hungUp(call: Call): void {
    const { now } = this.around.kernel;
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
    if (this.thinkTime !== null) this.think(call.client, now);
    if (call.jobs === 0) this.around.callIsFree(call);
  }
}
