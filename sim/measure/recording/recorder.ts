import type { Kernel } from '../../kernel/kernel.ts';
import { MILLISECOND, NEVER } from '../../kernel/time.ts';
import type { LayerIdentity } from '../../stack/layer.ts';
import type { GaveUp, Ledger, RefusalPurpose } from '../../stack/ledger.ts';
import type { Passage } from '../../stack/passage.ts';
import type { Call } from '../../world/call.ts';
import type { Outcome } from '../../world/outcome.ts';
import { CANCELLED, causeOf, kindOf, LIMITED, NO_INSTANCE, originOf, REFUSED, TIMED_OUT } from '../../world/result.ts';
import type { Cause, Result } from '../../world/result.ts';
import { BYPASSED, DOUBLED, MISATTRIBUTED, OPPOSED, OVERRULED } from '../conflicts.ts';
import type { ConflictKind } from '../conflicts.ts';
import type { RequestFollower } from '../measurement.ts';
import type { ConflictColumns, EndColumns, LegColumns, RecordingChunk, SampleLayout, Transition } from './chunk.ts';
import { NO_REQUEST, NOWHERE } from './chunk.ts';
import { Table } from './columns.ts';
import type { ActCounts, Sampled } from './sampler.ts';
import { Sampler } from './sampler.ts';

/** What is to be recorded of a run, so that it can be played back. */
export interface RecordingSpec {
  /** Recorded is what happens from here, nanoseconds, … */
  readonly from: number;
  /** … to here. */
  readonly until: number;
  /** Milliseconds of simulated time between samples of beliefs and truth. */
  readonly sampleEvery: number;
  /** Most attempts that are kept. */
  readonly mostLegs: number;
}

/** Transitions and conflicts beyond these numbers are not kept. */
const MOST_TRANSITIONS = 20_000;
const MOST_CONFLICTS = 400_000;

/** An attempt that is in an instance. */
interface OpenLeg {
  readonly request: number;
  readonly edge: number;
  readonly from: number;
  readonly start: number;
  readonly where: number;
  /** The next open leg of the same request. */
  readonly next: OpenLeg | undefined;
  closed: boolean;
}

/** Codes of the states that layers name, as `SampleKind` says. */
const STATE_CODES: Readonly<Record<string, number>> = { closed: 0, in: 0, halfOpen: 1, open: 2, ejected: 2 };

/**
 * Writes down every attempt's way, every request's end, conflicts and samples, and passes everything on to the ledger
 * that counts. It decides nothing and draws nothing: a recorded run is the run.
 */
export class Recorder implements Ledger, RequestFollower {
  readonly layout: SampleLayout;
  private readonly inner: Ledger;
  private readonly follower: RequestFollower | null;
  private readonly spec: RecordingSpec;
  private readonly kernel: Kernel;
  private readonly sampler: Sampler;
  private readonly openByPassage = new Map<number, OpenLeg>();
  private readonly openByRequest = new Map<number, OpenLeg>();
  /** By request that has not ended: its leg that ended last. */
  private readonly lastLeg = new Map<number, number>();
  private legs = 0;
  private omitted = 0;
  private conflicts = 0;
  private noted = 0;
  private transitions: Transition[] = [];

  private readonly leg = new Table(legColumns);
  private readonly end = new Table(endColumns);
  private readonly clash = new Table(conflictColumns);

  constructor(spec: RecordingSpec, inner: Ledger, follower: RequestFollower | null, sampled: Sampled) {
    this.spec = spec;
    this.inner = inner;
    this.follower = follower;
    this.kernel = sampled.world.kernel;
    this.sampler = new Sampler(sampled, spec.sampleEvery);
    this.layout = this.sampler.layout;
    sampled.conflicts.listener = (kind, by, against) => {
      if (kind === OPPOSED) this.conflict(OPPOSED, by, against, NO_REQUEST);
    };
  }

  /** Takes a sample of now. */
  sample(): void {
    if (this.isOn) this.sampler.sample(this.kernel.now);
  }

  /** What has been recorded since it was last taken. */
  take(): RecordingChunk {
    const { leg, end, clash, transitions } = this;
    this.transitions = [];
    return {
      legs: leg.take(),
      ends: end.take(),
      conflicts: clash.take(),
      samples: this.sampler.take(),
      transitions,
      until: Math.min(this.kernel.now, this.spec.until) / MILLISECOND,
      omitted: this.omitted,
    };
  }

  private get isOn(): boolean {
    const { now } = this.kernel;
    return now >= this.spec.from && now <= this.spec.until;
  }

  // --- requests ----------------------------------------------------------------------------------------------------

  arrived(call: Call): void {
    this.follower?.arrived(call);
  }

  ended(call: Call, outcome: Outcome, result: Result): void {
    this.follower?.ended(call, outcome, result);
    const { request, arrivedAt, conflicts, dispatches } = call;
    for (let leg = this.openByRequest.get(request); leg !== undefined; leg = leg.next) {
      this.close(leg, kindOf(result) === TIMED_OUT ? TIMED_OUT : CANCELLED);
    }
    this.openByRequest.delete(request);
    this.lastLeg.delete(request);
    // The end of what arrived in time is wanted even after recording has stopped.
    if (arrivedAt < this.spec.from || arrivedAt >= this.spec.until) return;
    const row = this.end.next();
    const { columns } = this.end;
    columns.request[row] = request;
    columns.arrivedAt[row] = arrivedAt / MILLISECOND;
    columns.endedAt[row] = this.kernel.now / MILLISECOND;
    columns.outcome[row] = outcome;
    columns.origin[row] = originOf(result) + 1;
    columns.cause[row] = causeOf(result);
    columns.conflicts[row] = Math.min(conflicts, 255);
    columns.dispatches[row] = Math.min(dispatches, 255);
  }

  // --- attempts ----------------------------------------------------------------------------------------------------

  dispatched(passage: Passage, target: number): void {
    this.inner.dispatched(passage, target);
    if (!this.isOn) return;
    const { request, edge } = passage.call;
    const leg: OpenLeg = {
      request,
      edge,
      from: originOfTry(passage),
      start: this.kernel.now,
      where: target,
      next: this.openByRequest.get(request),
      closed: false,
    };
    this.openByPassage.set(passage.id, leg);
    this.openByRequest.set(request, leg);
  }

  answered(passage: Passage, result: Result): void {
    this.inner.answered(passage, result);
    const leg = this.openByPassage.get(passage.id);
    if (leg !== undefined && leg.request === passage.call.request) {
      this.openByPassage.delete(passage.id);
      this.close(leg, kindOf(result));
    } else if (causeOf(result) === NO_INSTANCE) {
      this.noteLeg(passage, NOWHERE, kindOf(result));
    }
  }

  timedOut(layer: LayerIdentity, passage: Passage, child: Passage): void {
    this.inner.timedOut(layer, passage, child);
    let leaf = child;
    while (leaf.child !== null) leaf = leaf.child;
    const leg = this.openByPassage.get(leaf.id);
    if (leg !== undefined && leg.request === passage.call.request) this.close(leg, TIMED_OUT);
  }

  private close(leg: OpenLeg, kind: number): void {
    if (leg.closed) return;
    leg.closed = true;
    this.writeLeg(leg.request, leg.edge, leg.from, leg.start, leg.where, kind);
  }

  /** A leg that took no time. */
  private noteLeg(passage: Passage, where: number, kind: number): void {
    if (!this.isOn) return;
    const { request, edge } = passage.call;
    this.writeLeg(request, edge, originOfTry(passage), this.kernel.now, where, kind);
  }

  private writeLeg(request: number, edge: number, from: number, start: number, where: number, kind: number): void {
    if (this.legs >= this.spec.mostLegs) {
      this.omitted++;
      return;
    }
    const row = this.leg.next();
    const { columns } = this.leg;
    columns.request[row] = request;
    columns.edge[row] = edge;
    columns.from[row] = from;
    columns.start[row] = start / MILLISECOND;
    columns.end[row] = this.kernel.now / MILLISECOND;
    columns.where[row] = where;
    columns.kind[row] = kind;
    columns.after[row] = this.lastLeg.get(request) ?? -1;
    this.lastLeg.set(request, this.legs++);
  }

  // --- decisions ---------------------------------------------------------------------------------------------------

  selected(layer: LayerIdentity, passage: Passage, target: number, asOf: number, believed: number): void {
    const before = passage.call.conflicts;
    this.inner.selected(layer, passage, target, asOf, believed);
    if (passage.call.conflicts > before) this.conflict(BYPASSED, layer.index, passage.selector, passage.call.request);
    this.decided(layer, asOf);
  }

  foundNone(layer: LayerIdentity, passage: Passage, asOf: number): void {
    this.inner.foundNone(layer, passage, asOf);
    this.decided(layer, asOf).refusals++;
    if (!layer.shadow) this.noteLeg(passage, -1 - passage.place, REFUSED);
  }

  admitted(layer: LayerIdentity, passage: Passage, asOf: number): void {
    this.inner.admitted(layer, passage, asOf);
    this.decided(layer, asOf);
  }

  refused(layer: LayerIdentity, passage: Passage, cause: Cause, asOf: number, purpose: RefusalPurpose): void {
    const before = passage.call.conflicts;
    this.inner.refused(layer, passage, cause, asOf, purpose);
    if (passage.call.conflicts > before) this.conflict(OVERRULED, layer.index, passage.selector, passage.call.request);
    this.decided(layer, asOf).refusals++;
    if (!layer.shadow) this.noteLeg(passage, -1 - passage.place, layer.kind === 'rateLimiter' ? LIMITED : REFUSED);
  }

  retried(layer: LayerIdentity, passage: Passage, after: Result, delay: number, hedge: boolean): void {
    const before = passage.call.conflicts;
    this.inner.retried(layer, passage, after, delay, hedge);
    if (passage.call.conflicts > before) this.conflict(DOUBLED, layer.index, passage.retriedBy, passage.call.request);
    this.sampler.acts[layer.index].retries++;
  }

  gaveUp(layer: LayerIdentity, passage: Passage, result: Result, why: GaveUp): void {
    this.inner.gaveUp(layer, passage, result, why);
  }

  fellBack(layer: LayerIdentity, passage: Passage, result: Result): void {
    this.inner.fellBack(layer, passage, result);
  }

  charged(layer: LayerIdentity, passage: Passage, result: Result, cost: number): void {
    const before = passage.call.conflicts;
    this.inner.charged(layer, passage, result, cost);
    if (passage.call.conflicts > before)
      this.conflict(MISATTRIBUTED, layer.index, originOf(result), passage.call.request);
  }

  transition(layer: LayerIdentity, key: number, from: string, to: string, asOf: number): void {
    this.inner.transition(layer, key, from, to, asOf);
    const states = this.sampler.states[layer.index];
    if (key >= 0 && key < states.length) states[key] = STATE_CODES[to] ?? 0;
    this.note({ at: this.kernel.now / MILLISECOND, layer: layer.index, key, from, to });
  }

  scaled(layer: LayerIdentity, service: number, from: number, to: number, asOf: number, target: number): void {
    this.inner.scaled(layer, service, from, to, asOf, target);
    this.decided(layer, asOf);
    if (from === to) return;
    this.note({
      at: this.kernel.now / MILLISECOND,
      layer: layer.index,
      key: service,
      from: String(from),
      to: String(to),
    });
  }

  hungUp(call: Call): void {
    this.inner.hungUp(call);
  }

  private decided(layer: LayerIdentity, asOf: number): ActCounts {
    const acts = this.sampler.acts[layer.index];
    const age = this.kernel.now - asOf;
    acts.decisions++;
    if (age !== NEVER) acts.ageSum += age;
    return acts;
  }

  private note(transition: Transition): void {
    if (this.isOn && this.noted++ < MOST_TRANSITIONS) this.transitions.push(transition);
  }

  private conflict(kind: ConflictKind, by: number, against: number, request: number): void {
    if (!this.isOn || this.conflicts++ >= MOST_CONFLICTS) return;
    const row = this.clash.next();
    const { columns } = this.clash;
    columns.at[row] = this.kernel.now / MILLISECOND;
    columns.request[row] = request;
    columns.kind[row] = kind;
    columns.by[row] = by;
    columns.against[row] = against;
  }
}

function legColumns(rows: number): LegColumns {
  return {
    request: new Uint32Array(rows),
    edge: new Uint8Array(rows),
    from: new Uint8Array(rows),
    start: new Float32Array(rows),
    end: new Float32Array(rows),
    where: new Int16Array(rows),
    kind: new Uint8Array(rows),
    after: new Int32Array(rows),
  };
}

function endColumns(rows: number): EndColumns {
  return {
    request: new Uint32Array(rows),
    arrivedAt: new Float32Array(rows),
    endedAt: new Float32Array(rows),
    outcome: new Uint8Array(rows),
    origin: new Uint8Array(rows),
    cause: new Uint8Array(rows),
    conflicts: new Uint8Array(rows),
    dispatches: new Uint8Array(rows),
  };
}

function conflictColumns(rows: number): ConflictColumns {
  return {
    at: new Float32Array(rows),
    request: new Uint32Array(rows),
    kind: new Uint8Array(rows),
    by: new Uint8Array(rows),
    against: new Uint8Array(rows),
  };
}

/** Where a try began: 0 at the client, n + 1 at the layer at place n that tried again. */
function originOfTry(passage: Passage): number {
  for (let at = passage; at.parent !== null; at = at.parent) {
    if (at.parent.tries !== null && at.tryNumber > 0) return at.parent.place + 1;
  }
  return 0;
}
