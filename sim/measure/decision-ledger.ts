import type { Kernel } from '../kernel/kernel.ts';
import type { LayerIdentity } from '../stack/layer.ts';
import type { GaveUp, Ledger, RefusalPurpose } from '../stack/ledger.ts';
import type { Passage } from '../stack/passage.ts';
import type { Call } from '../world/call.ts';
import type { Cause, Result } from '../world/result.ts';
import { kindOf, LIMITED, originOf, REFUSED } from '../world/result.ts';
import { MILLISECOND, NEVER } from '../kernel/time.ts';
import type { Truth } from '../world/truth.ts';
import { BYPASSED, ConflictMatrix, DOUBLED, MISATTRIBUTED, OPPOSED, OVERRULED } from './conflicts.ts';
import type { ConflictKind } from './conflicts.ts';
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

  constructor(
    kernel: Kernel,
    layers: readonly LayerIdentity[],
    serviceOfEdge: readonly number[],
    services: number,
    truths: readonly Truth[] | null,
    countFrom: number,
  ) {
    this.kernel = kernel;
    this.truths = truths;
    this.serviceOfEdge = serviceOfEdge;
    this.countFrom = countFrom;
    this.layers = layers.map(() => new LayerLedger());
    this.conflicts = new ConflictMatrix(layers.map(({ name }) => name));
    this.pushes = Array.from({ length: services }, () => []);
    this.formerStates = layers.map(() => new Map<number, string>());
  }

  selected(layer: LayerIdentity, passage: Passage, target: number, asOf: number, believed: number): void {
    const { now } = this.kernel;
    if (passage.selector >= 0 && passage.target >= 0 && passage.target !== target) {
      this.conflict(BYPASSED, layer.index, passage.selector, passage.call);
    }
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(now - asOf);
    row.intended++;
    passage.reached = false;
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
    const ordinal = call.dispatches;
    const work = truth.service.workOf(call, ordinal);
    const chosen = truth.completion(truth.service.instances[target], call, ordinal, work, now);
    const best = truth.bestCompletion(call, work, now);
    if (chosen <= best) return false;
    const deadline = call.deadlineAt - call.arrivedAt;
    const allowed = deadline === NEVER ? MISROUTE_FLOOR : Math.max(MISROUTE_FLOOR, deadline * MISROUTE_SHARE);
    return chosen - best > allowed;
  }

  foundNone(layer: LayerIdentity, _passage: Passage, asOf: number): void {
    const { now } = this.kernel;
    if (now >= this.countFrom) this.layers[layer.index].decided(now - asOf);
  }

  admitted(layer: LayerIdentity, _passage: Passage, asOf: number): void {
    const { now } = this.kernel;
    if (now >= this.countFrom) this.layers[layer.index].decided(now - asOf);
  }

  refused(layer: LayerIdentity, passage: Passage, _cause: Cause, asOf: number, purpose: RefusalPurpose): void {
    const { now } = this.kernel;
    if (!layer.shadow && passage.selector >= 0) {
      this.conflict(OVERRULED, layer.index, passage.selector, passage.call);
    }
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(now - asOf);
    row.refusals++;
    if (this.truths !== null && this.isWrongful(passage, purpose, now)) row.wrong[WRONGFUL_REFUSAL]++;
  }

  private isWrongful(passage: Passage, purpose: RefusalPurpose, now: number): boolean {
    if (purpose !== 'protection') return purpose === 'quotaKept';
    const { call, target } = passage;
    const truth = this.truths![this.serviceOfEdge[call.edge]];
    if (target >= 0) return truth.couldServe(target, call, now);
    return truth.bestCompletion(call, truth.service.workOf(call, call.dispatches), now) <= call.deadlineAt;
  }

  retried(layer: LayerIdentity, passage: Passage, _after: Result, _delay: number, _hedge: boolean): void {
    if (passage.retriedBy >= 0 && passage.retriedBy !== layer.index) {
      this.conflict(DOUBLED, layer.index, passage.retriedBy, passage.call);
    }
    const { now } = this.kernel;
    if (now < this.countFrom) return;
    const row = this.layers[layer.index];
    row.decided(0);
    row.retries++;
  }

  gaveUp(layer: LayerIdentity, _passage: Passage, _result: Result, _why: GaveUp): void {
    if (this.kernel.now >= this.countFrom) this.layers[layer.index].decided(0);
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

  scaled(layer: LayerIdentity, service: number, from: number, to: number, asOf: number): void {
    const { now } = this.kernel;
    if (from !== to) {
      this.push(service, layer.index, to > from ? 1 : -1, now);
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

  /** How many replicas an autoscaler's service has beyond, or short of, what it needed over a span of time. */
  measuredNeed(layer: number, present: number, needed: number, span: number): void {
    if (this.kernel.now < this.countFrom) return;
    const row = this.layers[layer];
    if (present > needed) {
      row.overArea += (present - needed) * span;
      row.wrong[OVER_SCALED]++;
    } else if (present < needed) {
      row.underArea += (needed - present) * span;
      row.wrong[UNDER_SCALED]++;
    }
  }

  dispatched(passage: Passage, target: number): void {
    const { now } = this.kernel;
    const { call } = passage;
    const truth = this.truths === null ? null : this.truths[this.serviceOfEdge[call.edge]];
    const counts = now >= this.countFrom;
    for (let at = passage.parent; at !== null; at = at.parent) {
      const { identity } = at.edge.layers[at.place];
      if (identity.kind === 'loadBalancer' && at.mark === target && !at.reached) {
        at.reached = true;
        if (counts) this.layers[identity.index].reached++;
      }
      if (call.dispatches > 0 && at.retries > 0 && truth !== null && counts) {
        const row = this.layers[identity.index];
        if (truth.isOverloaded(now)) row.wrong[HARMFUL_RETRY]++;
        if (call.effects > 0 && truth.service.spec.effect === 'once') row.wrong[DUPLICATE_RETRY]++;
      }
    }
    if (truth !== null) truth.offer(truth.service.workOf(call, call.dispatches), now);
  }

  answered(_passage: Passage, _result: Result): void {
    // No decision.
  }

  hungUp(_call: Call): void {
    // No decision of a layer.
  }

  private conflict(kind: ConflictKind, by: number, against: number, call: Call): void {
    call.conflicts++;
    if (this.kernel.now >= this.countFrom) this.conflicts.add(kind, by, against);
  }
}

function leafOf(passage: Passage): Passage {
  let at = passage;
  while (at.child !== null) at = at.child;
  return at;
}
