import { PHASE_TIMER } from '../kernel/event-queue.ts';
import type { Lane } from '../kernel/event-queue.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Pool } from '../kernel/pool.ts';
import { below, Draw } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { NEVER } from '../kernel/time.ts';
import type { Call, Entry } from '../world/call.ts';
import {
  CANCELLED,
  causeOf,
  FROM_INSTANCE,
  HANG_UP,
  hide,
  kindOf,
  makeResult,
  NO_INSTANCE,
  REFUSED,
} from '../world/result.ts';
import type { Result } from '../world/result.ts';
import { SILENCE } from '../world/service.ts';
import type { Service } from '../world/service.ts';
import { BYPASS, DELAY, LET_IN } from './gate.ts';
import type { Layer } from './layer.ts';
import type { Ledger } from './ledger.ts';
import { Passage } from './passage.ts';
import { ALL_INSTANCES, isInPool } from './pools.ts';
import type { Tries } from './tries.ts';

const NO_INSTANCE_RESULT = makeResult(REFUSED, NO_INSTANCE, FROM_INSTANCE);
const HUNG_UP_RESULT = hide(makeResult(CANCELLED, HANG_UP, FROM_INSTANCE));

/** How a passage passes its layer: in the layer, waiting to be let in, or past it because the layer is down. */
export const WAY_IN = 0;
export const WAY_WAITING = 1;
export const WAY_PAST = 2;

/** Codes of the events of passages' timers. */
export interface TimerCodes {
  readonly ofLayer: number;
  /** The next hedge of a layer that tries more than once, and the end of all its tries. */
  readonly hedge: number;
  readonly end: number;
  /** The timer of the layer outside on this passage as one of its tries. */
  readonly ofTry: number;
}

/** What an edge needs of the run around it. */
export interface EdgeSurroundings {
  readonly kernel: Kernel;
  readonly passages: Pool<Passage>;
  readonly timers: TimerCodes;
  readonly ledger: Ledger | null;
  /** Root key of the draws that belong to the design. */
  readonly designRoot: RootKey;
  /** By zone, the index of its region; empty without a network. */
  readonly regionOf: readonly number[];
}

/** One edge of the call graph: a stack of layers, outermost first, between a caller and a service. */
export class Edge implements Entry {
  readonly index: number;
  readonly from: string;
  readonly service: Service;
  readonly kernel: Kernel;
  readonly ledger: Ledger | null;
  /** Outermost first. Filled once, before the run. */
  readonly layers: Layer[] = [];
  /** Whether some layer has a gate, so that passes are counted. */
  hasGates = false;

  private readonly passages: Pool<Passage>;
  private readonly timers: TimerCodes;
  /** Draws of the random router. */
  readonly routerDraw: Draw;
  private readonly regionOf: readonly number[];
  private readonly lanes = new Map<number, Lane>();
  private tryDelay = -1;
  private tryLane: Lane | null = null;
  private lastDelay = -1;
  private lastLane: Lane | null = null;

  constructor(index: number, from: string, service: Service, around: EdgeSurroundings) {
    this.index = index;
    this.from = from;
    this.service = service;
    this.kernel = around.kernel;
    this.ledger = around.ledger;
    this.passages = around.passages;
    this.timers = around.timers;
    this.regionOf = around.regionOf;
    this.routerDraw = new Draw(around.designRoot, 'router', `${from}>${service.spec.name}`);
  }

  // --- the way in ------------------------------------------------------------------------------------------------

  begin(call: Call): void {
    this.service.calls++;
    if (this.hasGates) call.passes.fill(0);
    const passage = this.open(call, 0);
    passage.target = -1;
    passage.pool = -1;
    passage.selector = -1;
    passage.selectedBy = null;
    passage.avoids = null;
    passage.parent = null;
    call.passage = passage.id;
    this.enter(passage);
  }

  /** Sends an attempt on to the next layer inside, or to an instance. Nothing may be done with `parent` afterwards. */
  forward(parent: Passage): void {
    this.forwardTo(parent, parent.target, parent.selector);
  }

  /** The same, with the instance that layer `selector` has chosen. Returns nothing: the child may have ended already. */
  forwardTo(parent: Passage, target: number, selector: number): void {
    this.enter(this.openUnder(parent, target, selector));
  }

  /** The same, into the pool of instances that the parent's layer has chosen. */
  forwardInto(parent: Passage, pool: number): void {
    const child = this.openUnder(parent, parent.target, parent.selector);
    child.pool = pool;
    this.enter(child);
  }

  /** Sends one of several tries on, which `Layer.tryTimer` ends unless it has ended before `timeout` is over. */
  forwardTry(parent: Passage, target: number, selector: number, tryNumber: number, timeout: number): void {
    const child = this.openUnder(parent, target, selector);
    child.tryNumber = tryNumber;
    if (timeout !== NEVER) {
      child.tryTimerAt = this.kernel.now + timeout;
      this.kernel.schedule(this.tryLaneOf(timeout), child.tryTimerAt, this.timers.ofTry, child.id);
    }
    this.enter(child);
  }

  private openUnder(parent: Passage, target: number, selector: number): Passage {
    const child = this.open(parent.call, parent.place + 1);
    child.target = target;
    child.selector = selector;
    child.selectedBy = selector === parent.selector ? parent.selectedBy : selector < 0 ? null : parent;
    const { tries } = parent;
    child.pool = parent.pool;
    child.avoids = tries !== null && tries.avoid.length > 0 ? tries : parent.avoids;
    child.parent = parent;
    child.next = parent.child;
    parent.child = child;
    return child;
  }

  private open(call: Call, place: number): Passage {
    const passage = this.passages.take();
    passage.edge = this;
    passage.place = place;
    passage.call = call;
    passage.child = null;
    passage.next = null;
    passage.startedAt = this.kernel.now;
    passage.host = -1;
    passage.ticket = 0;
    passage.mark = 0;
    passage.tries = null;
    passage.retriedBy = -1;
    passage.copy = 0;
    passage.way = WAY_IN;
    return passage;
  }

  private enter(passage: Passage): void {
    const { layers } = this;
    const { place } = passage;
    if (place === layers.length) {
      this.dispatch(passage);
      return;
    }
    const layer = layers[place];
    if (layer.gate === null) layer.attempt(passage);
    else this.passGate(passage, layer);
  }

  /** Before the layer itself decides: the time that it takes, and what its own faults make of the attempt. */
  private passGate(passage: Passage, layer: Layer): void {
    const gate = layer.gate!;
    const verdict = gate.ask(passage, passage.call.passes[layer.slot]++);
    if (verdict === LET_IN) {
      layer.attempt(passage);
    } else if (verdict === DELAY) {
      passage.way = WAY_WAITING;
      this.scheduleTimerAnywhere(passage, gate.delay);
    } else {
      passage.way = WAY_PAST;
      if (verdict === BYPASS) this.forward(passage);
      else this.turnAway(passage, layer, gate.refusal);
    }
  }

  /** The layer's own fault refuses an attempt: a decision of its own that it has not made. */
  private turnAway(passage: Passage, layer: Layer, refusal: Result): void {
    const { kernel, ledger } = this;
    if (ledger !== null) ledger.refused(layer.identity, passage, causeOf(refusal), kernel.now, 'protection');
    this.finish(passage, layer.hides ? hide(refusal) : refusal);
  }

  /** A passage's timer fires: its layer's, or the one after which it is let in. */
  timer(passage: Passage): void {
    const layer = this.layers[passage.place];
    if (passage.way === WAY_WAITING) {
      passage.way = WAY_IN;
      layer.attempt(passage);
    } else {
      layer.timer(passage);
    }
  }

  private dispatch(passage: Passage): void {
    const { service } = this;
    let { target } = passage;
    if (target < 0) {
      target = this.route(passage.call, passage.pool);
      if (target < 0) {
        this.holdOrRefuse(passage);
        return;
      }
      passage.target = target;
    }
    passage.host = target;
    if (this.ledger !== null) this.ledger.dispatched(passage, target);
    const job = service.dispatch(passage.call, target, passage, this.kernel.now);
    if (job !== null) passage.job = job;
    else if (service.refusal !== SILENCE) this.finish(passage, service.refusal);
  }

  /** No instance is there: at zero replicas an attempt may be held until one is. */
  private holdOrRefuse(passage: Passage): void {
    const { service } = this;
    if (!service.holds) {
      this.finish(passage, NO_INSTANCE_RESULT);
      return;
    }
    const job = service.hold(passage.call, passage, this.kernel.now);
    if (job !== null) passage.job = job;
    else this.finish(passage, service.refusal);
  }

  /** The random router, which stands in where no layer has chosen: a ready instance of the pool, anew for each try. */
  private route(call: Call, pool: number): number {
    const ready = this.readyIn(pool);
    if (ready.length === 0) return -1;
    if (ready.length === 1) return ready[0];
    return ready[below(this.routerDraw.at(call.pathHigh, call.pathLow, call.dispatches), ready.length)];
  }

  /** The ready instances of a pool. */
  readyIn(pool: number): readonly number[] {
    const { endpoints, instances } = this.service;
    if (pool === ALL_INSTANCES) return endpoints;
    return endpoints.filter((host) => isInPool(pool, instances[host].zone, this.regionOf));
  }

  // --- the way out -----------------------------------------------------------------------------------------------

  /** Ends a passage with a result, which ascends to the layer outside it, or to the caller. */
  finish(passage: Passage, result: Result): void {
    const { parent } = passage;
    let ascending = result;
    if (passage.place < this.layers.length) {
      if (passage.way === WAY_IN) ascending = this.leaveLayer(this.layers[passage.place], passage, result);
    } else if (this.ledger !== null) {
      this.ledger.answered(passage, result);
    }
    stopTimers(passage);
    if (parent === null) {
      const { call } = passage;
      call.passage = -1;
      this.passages.give(passage);
      call.caller!.callEnded(call, ascending);
      return;
    }
    this.unlink(parent, passage);
    if (passage.host >= 0) parent.host = passage.host;
    else if (passage.target >= 0) parent.host = passage.target;
    if (passage.retriedBy >= 0) parent.retriedBy = passage.retriedBy;
    if (parent.way === WAY_IN) this.layers[parent.place].result(parent, passage, ascending);
    else this.finish(parent, ascending);
    this.passages.give(passage);
  }

  /** What of a result a layer shows to the outside: its fallback in the place of a failure, causes only if it lets them through. */
  private leaveLayer(layer: Layer, passage: Passage, result: Result): Result {
    const { fallback } = layer;
    let leaving = result;
    if (fallback !== null && !layer.identity.shadow && (fallback.kinds & (1 << kindOf(result))) !== 0) {
      leaving = fallback.result;
      if (this.ledger !== null) this.ledger.fellBack(layer.identity, passage, result);
    }
    return layer.hides ? hide(leaving) : leaving;
  }

  /** The instance that the newest dispatch under a passage went to, or was meant for; -1 if none is known. */
  hostUnder(passage: Passage): number {
    let at = passage;
    while (at.child !== null) at = at.child;
    if (at.host >= 0) return at.host;
    return at.target >= 0 ? at.target : passage.host;
  }

  private unlink(parent: Passage, child: Passage): void {
    if (parent.child === child) {
      parent.child = child.next;
      return;
    }
    let before = parent.child!;
    while (before.next !== child) before = before.next!;
    before.next = child.next;
  }

  /** The caller hangs up. */
  abandon(call: Call): void {
    if (call.passage < 0) return;
    const passage = this.passages.items[call.passage];
    call.passage = -1;
    if (this.ledger !== null) this.ledger.hungUp(call);
    this.giveUp(passage, HUNG_UP_RESULT);
  }

  /** A layer ends one of its tries: every layer inside gets `result` at once, once, innermost first. */
  abandonChild(parent: Passage, child: Passage, result: Result): void {
    this.unlink(parent, child);
    this.giveUp(child, hide(result));
  }

  private giveUp(passage: Passage, result: Result): void {
    const { tries } = passage;
    let { child } = passage;
    while (child !== null) {
      const { next } = child;
      if (tries !== null) tries.open.push(child.tryNumber);
      this.giveUp(child, result);
      child = next;
    }
    passage.child = null;
    const { job } = passage;
    if (job !== null) {
      passage.job = null;
      this.service.abandon(job, this.kernel.now);
    }
    if (passage.place < this.layers.length && passage.way === WAY_IN)
      this.layers[passage.place].abandoned(passage, result);
    stopTimers(passage);
    this.passages.give(passage);
  }

  // --- timers ----------------------------------------------------------------------------------------------------

  scheduleTimer(passage: Passage, delay: number): void {
    passage.timerAt = this.kernel.now + delay;
    if (delay !== NEVER) this.kernel.schedule(this.laneOf(delay), passage.timerAt, this.timers.ofLayer, passage.id);
  }

  scheduleHedge(passage: Passage, tries: Tries, delay: number): void {
    tries.hedgeAt = this.kernel.now + delay;
    this.kernel.schedule(this.laneOf(delay), tries.hedgeAt, this.timers.hedge, passage.id);
  }

  scheduleEnd(passage: Passage, tries: Tries, delay: number): void {
    tries.endAt = this.kernel.now + delay;
    this.kernel.schedule(this.laneOf(delay), tries.endAt, this.timers.end, passage.id);
  }

  /** The layer's timer, with a length that is drawn anew each time. */
  scheduleTimerAnywhere(passage: Passage, delay: number): void {
    passage.timerAt = this.kernel.now + delay;
    this.kernel.scheduleAt(passage.timerAt, PHASE_TIMER, this.timers.ofLayer, passage.id);
  }

  /** Most tries end before their timeout: their timers have lanes of their own, where cancelled ones are dropped. */
  private tryLaneOf(delay: number): Lane {
    if (delay === this.tryDelay) return this.tryLane!;
    const { items } = this.passages;
    const isWanted = (id: number, time: number): boolean => items[id].tryTimerAt === time;
    this.tryDelay = delay;
    this.tryLane = this.kernel.timerLane(delay, PHASE_TIMER, this.timers.ofTry, isWanted);
    return this.tryLane;
  }

  private laneOf(delay: number): Lane {
    if (delay === this.lastDelay) return this.lastLane!;
    let lane = this.lanes.get(delay);
    if (lane === undefined) {
      lane = this.kernel.lane(delay, PHASE_TIMER);
      this.lanes.set(delay, lane);
    }
    this.lastDelay = delay;
    this.lastLane = lane;
    return lane;
  }
}

function stopTimers(passage: Passage): void {
  passage.timerAt = NEVER;
  passage.tryTimerAt = NEVER;
}
