import type { Kernel } from '../kernel/kernel.ts';
import type { LayerIdentity } from '../stack/layer.ts';
import type { GaveUp, Ledger, RefusalPurpose } from '../stack/ledger.ts';
import type { Passage } from '../stack/passage.ts';
import type { Call } from '../world/call.ts';
import type { Cause, Result } from '../world/result.ts';
import { kindOf, LIMITED, originOf, REFUSED } from '../world/result.ts';
import { MILLISECOND, NEVER } from '../kernel/time.ts';
import { isInTime } from '../world/truth.ts';
import type { Truth } from '../world/truth.ts';
import { BYPASSED, ConflictMatrix, DOUBLED, MISATTRIBUTED, OPPOSED, OVERRULED } from './conflicts.ts';
import type { ConflictKind } from './conflicts.ts';
import type { Timeline } from './timeline.ts';
import {
  DUPLICATE_RETRY,
  HARMFUL_RETRY,
  LayerLedger,
  MISROUTE,
  OVER_SCALED,
  PREMATURE_TIMEOUT,
  UNDER_SCALED,
  WRONGFUL_REFUSAL,
} from './layer-ledger.ts';

/** The least by which a choice must be slower than the best to be called a misroute. */
const MISROUTE_FLOOR = 10 * MILLISECOND;
const MISROUTE_SHARE = 0.1;

/** Capacity that a layer adds (+1) to a service or takes away (-1), and when it last did. */
interface Push {
  readonly layer: number;
  readonly direction: number;
  readonly at: number;
}

/** How long two opposite acts may be apart to count as opposed. */
const OPPOSED_WITHIN = 60e9;

/**
 * Judges every decision as it is made and counts it for its layer. Memory is constant: nothing is kept of a decision
 * but its part in the counts.
 */
export class DecisionLedger implements Ledger {
  readonly layers: readonly LayerLedger[];
  readonly conflicts: ConflictMatrix;

  private readonly kernel: Kernel;
  /** By service; null where verdicts are not wanted. */
  private readonly truths: readonly Truth[] | null;
  /** By edge, the service that it leads to. */
  private readonly serviceOfEdge: readonly number[];
  private readonly pushes: Push[][];
  /** By layer and key: the state before the present one. */
  private readonly formerStates: Map<number, string>[];
  /** Decisions before this moment are not counted. */
  private readonly countFrom: number;
  private readonly timeline: Timeline | null;

  constructor(
    kernel: Kernel,
    layers: readonly LayerIdentity[],
    serviceOfEdge: readonly number[],
    services: number,
    truths: readonly Truth[] | null,
    countFrom: number,
    timeline: Timeline | null,
  ) {
    this.kernel = kernel;
    this.truths = truths;
    this.serviceOfEdge = serviceOfEdge;
    this.countFrom = countFrom;
    this.timeline = timeline;
    this.layers = layers.map(() => new LayerLedger());
    this.conflicts = new ConflictMatrix(layers.map(({ name }) => name));
    this.pushes = Array.from({ length: services }, () => []);
    this.formerStates = layers.map(() => new Map<number, string>());
  }

  selected(layer: LayerIdentity, passage: Passage, target: number, asOf: number, believed: number): void {
    const { now } = this.kernel;
    passage.reached = false;
    if (!layer.shadow && passage.selector >= 0 && passage.target >= 0 && passage.target !== target) {
      this.conflict(BYPASSED, layer.index, passage.selector, passage.call);
    }
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(now - asOf);
    if (this.timeline !== null) this.noteAge(layer, now, asOf);
    row.intended++;
    const service = this.serviceOfEdge[passage.call.edge];
    if (this.truths === null) return;
    const truth = this.truths[service];
    if (believed === believed) {
      row.beliefErrors++;
      const error = believed - truth.service.instances[target].load;
      row.beliefErrorSum += error < 0 ? -error : error;
    }
    if (this.isMisroute(truth, passage.call, target, now)) row.wrong[MISROUTE]++;
  }

  private isMisroute(truth: Truth, call: Call, target: number, now: number): boolean {
    const { service } = truth;
    const ordinal = call.dispatches;
    const work = service.workOf(call, ordinal);
    const instance = service.instances[target];
    const deadline = call.deadlineAt - call.arrivedAt;
    const allowed = deadline === NEVER ? MISROUTE_FLOOR : Math.max(MISROUTE_FLOOR, deadline * MISROUTE_SHARE);
    if (truth.isNearlyBest(instance, work, allowed)) return false;
    return truth.isBeaten(truth.completion(instance, call, ordinal, work, now), call, work, allowed, now);
  }

  foundNone(layer: LayerIdentity, _passage: Passage, asOf: number): void {
    const { now } = this.kernel;
    if (now >= this.countFrom) this.layers[layer.index].decided(now - asOf);
  }

  admitted(layer: LayerIdentity, _passage: Passage, asOf: number): void {
    const { now } = this.kernel;
    if (now < this.countFrom) return;
    this.layers[layer.index].decided(now - asOf);
    if (this.timeline !== null) this.noteAge(layer, now, asOf);
  }

  refused(layer: LayerIdentity, passage: Passage, _cause: Cause, asOf: number, purpose: RefusalPurpose): void {
    const { now } = this.kernel;
    if (!layer.shadow && passage.selector >= 0) {
      this.conflict(OVERRULED, layer.index, passage.selector, passage.call);
    }
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(now - asOf);
    if (this.timeline !== null) this.timeline.add(`refused:${layer.name}`, now, 1);
    row.refusals++;
    if (this.truths !== null && this.isWrongful(passage, purpose, now)) row.wrong[WRONGFUL_REFUSAL]++;
  }

  private isWrongful(passage: Passage, purpose: RefusalPurpose, now: number): boolean {
    if (purpose !== 'protection') return purpose === 'quotaKept';
    const { call, target } = passage;
    const truth = this.truths![this.serviceOfEdge[call.edge]];
    if (target >= 0) return truth.couldServe(target, call, now);
    return isInTime(truth.bestCompletion(call, truth.service.workOf(call, call.dispatches), now), call);
  }

  retried(layer: LayerIdentity, passage: Passage, _after: Result, _delay: number, _hedge: boolean): void {
    if (!layer.shadow && passage.retriedBy >= 0 && passage.retriedBy !== layer.index) {
      this.conflict(DOUBLED, layer.index, passage.retriedBy, passage.call);
    }
    const { now } = this.kernel;
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(0);
    row.retries++;
    if (this.timeline !== null) this.timeline.add(`retried:${layer.name}`, now, 1);
  }

  /** For the mean age of what a layer decides on, over time. */
  private noteAge(layer: LayerIdentity, now: number, asOf: number): void {
    if (now - asOf === NEVER) return;
    this.timeline!.add(`ageSumMs:${layer.name}`, now, (now - asOf) / MILLISECOND);
    this.timeline!.add(`ages:${layer.name}`, now, 1);
  }

  gaveUp(layer: LayerIdentity, _passage: Passage, _result: Result, _why: GaveUp): void {
    if (this.kernel.now >= this.countFrom) this.layers[layer.index].decided(0);
  }

  fellBack(layer: LayerIdentity, _passage: Passage, _result: Result): void {
    if (this.kernel.now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(0);
    row.fallbacks++;
  }

  timedOut(layer: LayerIdentity, passage: Passage, child: Passage): void {
    const { now } = this.kernel;
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(0);
    if (this.truths === null) return;
    const { job } = leafOf(child);
    // Where it waits in a queue its end is not known; only a try that is being worked on is judged.
    if (job === null || job.finishAt === NEVER) return;
    const service = this.truths[this.serviceOfEdge[passage.call.edge]].service;
    const { call } = passage;
    const good = !service.wouldFail(call, job.ordinal, service.instances[job.instance]);
    if (good && job.finishAt <= call.deadlineAt) row.wrong[PREMATURE_TIMEOUT]++;
  }

  charged(layer: LayerIdentity, passage: Passage, result: Result, _cost: number): void {
    const kind = kindOf(result);
    const origin = originOf(result);
    if ((kind === REFUSED || kind === LIMITED) && origin >= 0 && origin !== layer.index) {
      this.conflict(MISATTRIBUTED, layer.index, origin, passage.call);
    }
  }

  transition(layer: LayerIdentity, key: number, from: string, to: string, _asOf: number): void {
    const { now } = this.kernel;
    const former = this.formerStates[layer.index];
    const reversed = former.get(key) === to;
    former.set(key, from);
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.transitions++;
    if (reversed) row.reversals++;
  }

  scaled(layer: LayerIdentity, service: number, from: number, to: number, asOf: number, target: number): void {
    const { now } = this.kernel;
    if (from !== to) {
      if (!layer.shadow) this.push(service, layer.index, to > from ? 1 : -1, now);
      const former = this.formerStates[layer.index];
      const direction = to > from ? 'up' : 'down';
      const reversed = former.get(0) !== undefined && former.get(0) !== direction;
      former.set(0, direction);
      if (now >= this.countFrom && reversed) this.layers[layer.index].reversals++;
    }
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(now - asOf);
    row.loops++;
    if (this.truths !== null) this.judgeScale(row, this.truths[service], to, target, now);
  }

  /** What it wants, against what holds the target at the true demand; integrated since its last evaluation. */
  private judgeScale(row: LayerLedger, truth: Truth, wanted: number, target: number, now: number): void {
    const needed = truth.instancesNeeded(target, now);
    if (wanted > needed) row.wrong[OVER_SCALED]++;
    if (wanted < needed) row.wrong[UNDER_SCALED]++;
    const present = truth.service.ready.length;
    const span = row.judgedAt < 0 ? 0 : now - row.judgedAt;
    row.judgedAt = now;
    row.overArea += Math.max(0, present - needed) * span;
    row.underArea += Math.max(0, needed - present) * span;
  }

  /** A layer gives a service capacity or takes some away. */
  private push(service: number, layer: number, direction: number, now: number): void {
    const pushes = this.pushes[service].filter((push) => push.layer !== layer && now - push.at <= OPPOSED_WITHIN);
    for (const push of pushes) {
      if (push.direction !== direction && now >= this.countFrom) this.conflicts.add(OPPOSED, layer, push.layer);
    }
    pushes.push({ layer, direction, at: now });
    this.pushes[service] = pushes;
  }

  dispatched(passage: Passage, _target: number): void {
    const { now } = this.kernel;
    const { call, selectedBy } = passage;
    if (this.timeline !== null) this.timeline.add('dispatches', now, 1);
    const counts = now >= this.countFrom;
    if (selectedBy !== null && !selectedBy.reached) {
      selectedBy.reached = true;
      if (counts) this.layers[passage.selector].reached++;
    }
    if (this.truths === null) return;
    const truth = this.truths[this.serviceOfEdge[call.edge]];
    if (call.dispatches > 0 && counts) this.judgeRetry(passage, truth, now);
    truth.offer(truth.service.workOf(call, call.dispatches), now);
  }

  /** One more dispatch of a call: it is laid at the door of every layer that has retried on the way. */
  private judgeRetry(passage: Passage, truth: Truth, now: number): void {
    const harmful = truth.isOverloaded(now);
    const duplicate =
      passage.call.effects !== null && passage.call.effects.count > 0 && truth.service.spec.effect === 'once';
    if (!harmful && !duplicate) return;
    for (let at = passage.parent; at !== null; at = at.parent) {
      if (at.tries === null || at.tries.retries === 0) continue;
      const row = this.layers[at.edge.layers[at.place].identity.index];
      if (harmful) row.wrong[HARMFUL_RETRY]++;
      if (duplicate) row.wrong[DUPLICATE_RETRY]++;
    }
  }

  answered(_passage: Passage, _result: Result): void {
    // No decision.
  }

  hungUp(_call: Call): void {
    // No decision of a layer.
  }

  private conflict(kind: ConflictKind, by: number, against: number, call: Call): void {
    const { root } = call;
    // A request that is over may have been replaced by another while its abandoned work goes on.
    if (root.request === call.request) root.conflicts++;
    if (this.kernel.now >= this.countFrom) this.conflicts.add(kind, by, against);
  }
}

function leafOf(passage: Passage): Passage {
  let at = passage;
  while (at.child !== null) at = at.child;
  return at;
}
