import type { Kernel } from '../kernel/kernel.ts';
import { NEVER } from '../kernel/time.ts';
import type { LayerIdentity } from '../stack/layer.ts';
import type { GaveUp, Ledger, RefusalPurpose } from '../stack/ledger.ts';
import type { Passage } from '../stack/passage.ts';
import type { Call } from '../world/call.ts';
import { QUEUED } from '../world/job.ts';
import { OUTCOME_NAMES } from '../world/outcome.ts';
import type { Outcome } from '../world/outcome.ts';
import type { Cause, Result } from '../world/result.ts';
import { CAUSE_NAMES, causeOf, isVisible, KIND_NAMES, kindOf, originOf } from '../world/result.ts';
import { isInTime } from '../world/truth.ts';
import type { Truth } from '../world/truth.ts';

/** What happened to a traced request, one act after the other. Times in nanoseconds; NaN and null where nothing is known. */
export interface TraceEvent {
  readonly at: number;
  /** Index of the layer that acted; -1 for the client, an instance or the network. */
  readonly layer: number;
  readonly act: TraceAct;
  /** Identifies the passage, and so a try, that it belongs to; children name their parent. */
  readonly passage: number;
  readonly parent: number;
  /** Index of the edge that the call goes over. */
  readonly edge: number;
  /** The instance that it is about; -1 for none. */
  readonly instance: number;
  /** The time of the state that it was decided on. */
  readonly asOf: number;
  /** What the layer believed, and what was true, in the same terms (requests in the instance). */
  readonly believed: number;
  readonly truth: number;
  /** By the truth: when the instance would have answered well, and when the best one would. */
  readonly wouldAnswerAt: number;
  readonly bestAt: number;
  readonly best: number;
  readonly result: string;
  readonly cause: string;
  /** Name of what made the result. */
  readonly origin: string;
  readonly causeVisible: boolean;
  /** More of it: a delay, a penalty, a state. */
  readonly detail: string;
  readonly amount: number;
  /** Wrong by the truth of its moment. */
  readonly wrong: string;
  /** For a dispatch: what was in the instance: waiting, in service, and of these retries and abandoned ones. */
  readonly ahead: {
    readonly waiting: number;
    readonly running: number;
    readonly retries: number;
    readonly abandoned: number;
  } | null;
}

export type TraceAct =
  | 'arrived'
  | 'selected'
  | 'foundNone'
  | 'admitted'
  | 'refused'
  | 'wouldRefuse'
  | 'dispatched'
  | 'answered'
  | 'charged'
  | 'retried'
  | 'hedged'
  | 'gaveUp'
  | 'fellBack'
  | 'timedOut'
  | 'hungUp'
  | 'ended';

/** The story of one request. */
export interface RequestTrace {
  readonly request: number;
  readonly client: number;
  /** Index of the edge that it came in by. */
  readonly edge: number;
  readonly arrivedAt: number;
  readonly deadlineAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly events: readonly TraceEvent[];
}

interface OpenTrace {
  readonly call: Call;
  readonly request: number;
  readonly client: number;
  readonly edge: number;
  readonly arrivedAt: number;
  readonly deadlineAt: number;
  readonly events: TraceEvent[];
}

const NOTHING = {
  instance: -1,
  asOf: NaN,
  believed: NaN,
  truth: NaN,
  wouldAnswerAt: NaN,
  bestAt: NaN,
  best: -1,
  result: '',
  cause: '',
  origin: '',
  causeVisible: false,
  detail: '',
  amount: NaN,
  wrong: '',
  ahead: null,
};

/** What a trace needs to look up. */
export interface TraceSurroundings {
  readonly kernel: Kernel;
  readonly layers: readonly LayerIdentity[];
  readonly serviceOfEdge: readonly number[];
  readonly truths: readonly Truth[];
  clientOf(call: Call): number;
}

/** Writes down the acts on a few requests, and passes everything on to the ledger that counts. */
export class Tracer implements Ledger {
  readonly finished: RequestTrace[] = [];
  private readonly inner: Ledger;
  private readonly around: TraceSurroundings;
  private readonly wanted: ReadonlySet<number>;
  /** By request: nested calls belong to the request that they are made for. */
  private readonly open = new Map<number, OpenTrace>();

  constructor(inner: Ledger, requests: readonly number[], around: TraceSurroundings) {
    this.inner = inner;
    this.wanted = new Set(requests);
    this.around = around;
  }

  arrived(call: Call): void {
    if (!this.wanted.has(call.request)) return;
    call.traced = true;
    const { arrivedAt, deadlineAt, request, edge } = call;
    const client = this.around.clientOf(call);
    this.open.set(request, { call, request, client, edge, arrivedAt, deadlineAt, events: [] });
    this.note(call, null, -1, 'arrived', {});
  }

  ended(call: Call, outcome: Outcome, result: Result): void {
    const trace = this.open.get(call.request);
    if (trace === undefined) return;
    this.note(call, null, -1, 'ended', { ...this.describe(result), detail: OUTCOME_NAMES[outcome] });
    this.open.delete(call.request);
    const { call: _call, ...story } = trace;
    this.finished.push({ ...story, endedAt: this.around.kernel.now, outcome: OUTCOME_NAMES[outcome] });
  }

  selected(layer: LayerIdentity, passage: Passage, target: number, asOf: number, believed: number): void {
    this.inner.selected(layer, passage, target, asOf, believed);
    const { call } = passage;
    if (!call.traced) return;
    const view = this.lookAt(call, target);
    const allowed = Math.max(10e6, (call.deadlineAt - call.arrivedAt) * 0.1);
    const wrong = view.wouldAnswerAt - view.bestAt > (allowed === NEVER ? 10e6 : allowed) ? 'misroute' : '';
    const bypassed = passage.selector >= 0 && passage.target >= 0 && passage.target !== target;
    const detail = bypassed ? `bypasses ${this.nameOf(passage.selector)}` : '';
    this.note(call, passage, layer.index, 'selected', { ...view, asOf, believed, wrong, detail });
  }

  foundNone(layer: LayerIdentity, passage: Passage, asOf: number): void {
    this.inner.foundNone(layer, passage, asOf);
    if (passage.call.traced) this.note(passage.call, passage, layer.index, 'foundNone', { asOf });
  }

  admitted(layer: LayerIdentity, passage: Passage, asOf: number): void {
    this.inner.admitted(layer, passage, asOf);
    if (passage.call.traced) {
      this.note(passage.call, passage, layer.index, 'admitted', { asOf, instance: passage.target });
    }
  }

  refused(layer: LayerIdentity, passage: Passage, cause: Cause, asOf: number, purpose: RefusalPurpose): void {
    this.inner.refused(layer, passage, cause, asOf, purpose);
    const { call, target, selector } = passage;
    if (!call.traced) return;
    const view = this.lookAt(call, target);
    const could = isInTime(target >= 0 ? view.wouldAnswerAt : view.bestAt, call);
    const wrongful = purpose === 'protection' ? could : purpose === 'quotaKept';
    const overruled = selector >= 0 ? `overrules ${this.nameOf(selector)}` : '';
    const quota = purpose === 'quotaKept' ? 'within its quota' : purpose === 'quotaBroken' ? 'over its quota' : '';
    this.note(call, passage, layer.index, layer.shadow ? 'wouldRefuse' : 'refused', {
      ...view,
      asOf,
      cause: CAUSE_NAMES[cause],
      wrong: wrongful ? 'wrongfulRefusal' : '',
      detail: [overruled, quota].filter((text) => text !== '').join(', '),
    });
  }

  retried(layer: LayerIdentity, passage: Passage, after: Result, delay: number, hedge: boolean): void {
    this.inner.retried(layer, passage, after, delay, hedge);
    if (!passage.call.traced) return;
    const act = hedge ? 'hedged' : 'retried';
    const about = hedge ? {} : this.describe(after);
    this.note(passage.call, passage, layer.index, act, { ...about, amount: delay, instance: passage.host });
  }

  fellBack(layer: LayerIdentity, passage: Passage, result: Result): void {
    this.inner.fellBack(layer, passage, result);
    if (passage.call.traced) this.note(passage.call, passage, layer.index, 'fellBack', this.describe(result));
  }

  gaveUp(layer: LayerIdentity, passage: Passage, result: Result, why: GaveUp): void {
    this.inner.gaveUp(layer, passage, result, why);
    if (passage.call.traced) {
      this.note(passage.call, passage, layer.index, 'gaveUp', { ...this.describe(result), detail: why });
    }
  }

  timedOut(layer: LayerIdentity, passage: Passage, child: Passage): void {
    this.inner.timedOut(layer, passage, child);
    if (!passage.call.traced) return;
    let leaf = child;
    while (leaf.child !== null) leaf = leaf.child;
    const { job } = leaf;
    const wouldAnswerAt = job === null ? NaN : job.finishAt;
    const detail = job === null ? '' : job.state === QUEUED ? 'still waiting in the queue' : 'in service';
    const { call } = passage;
    const { service } = this.truthOf(call);
    const isGood = job !== null && !service.wouldFail(call, job.ordinal, service.instances[job.instance]);
    const wrong = isGood && isInTime(wouldAnswerAt, call) ? 'prematureTimeout' : '';
    this.note(call, child, layer.index, 'timedOut', { instance: leaf.target, wouldAnswerAt, detail, wrong });
  }

  charged(layer: LayerIdentity, passage: Passage, result: Result, cost: number): void {
    this.inner.charged(layer, passage, result, cost);
    if (!passage.call.traced) return;
    const origin = originOf(result);
    const misled = origin >= 0 && origin !== layer.index;
    this.note(passage.call, passage, layer.index, 'charged', {
      ...this.describe(result),
      amount: cost,
      detail: misled ? 'misattributed' : '',
    });
  }

  transition(layer: LayerIdentity, key: number, from: string, to: string, asOf: number): void {
    this.inner.transition(layer, key, from, to, asOf);
  }

  scaled(layer: LayerIdentity, service: number, from: number, to: number, asOf: number, target: number): void {
    this.inner.scaled(layer, service, from, to, asOf, target);
  }

  dispatched(passage: Passage, target: number): void {
    this.inner.dispatched(passage, target);
    const { call } = passage;
    if (!call.traced) return;
    const view = this.lookAt(call, target);
    const instance = this.truthOf(call).service.instances[target];
    let retries = 0;
    let abandoned = 0;
    const count = (job: { extra: boolean; awaiter: unknown }): void => {
      if (job.extra) retries++;
      if (job.awaiter === null) abandoned++;
    };
    instance.running.forEach(count);
    for (let i = 0; i < instance.queue.length; i++) count(instance.queue.at(i));
    const ahead = { waiting: instance.waiting, running: instance.busy, retries, abandoned };
    this.note(call, passage, -1, 'dispatched', { ...view, ahead, amount: call.dispatches });
  }

  answered(passage: Passage, result: Result): void {
    this.inner.answered(passage, result);
    if (passage.call.traced) {
      this.note(passage.call, passage, -1, 'answered', { ...this.describe(result), instance: passage.target });
    }
  }

  hungUp(call: Call): void {
    this.inner.hungUp(call);
    if (call.traced) this.note(call, null, -1, 'hungUp', {});
  }

  // --- looking up ------------------------------------------------------------------------------------------------

  private note(call: Call, passage: Passage | null, layer: number, act: TraceAct, more: Partial<TraceEvent>): void {
    const trace = this.open.get(call.request);
    if (trace === undefined) return;
    trace.events.push({
      ...NOTHING,
      at: this.around.kernel.now,
      layer,
      act,
      passage: passage?.id ?? -1,
      parent: passage?.parent?.id ?? -1,
      edge: call.edge,
      ...more,
    });
  }

  /** What one more attempt would meet at an instance, and at the best one. */
  private lookAt(call: Call, target: number): Partial<TraceEvent> & { wouldAnswerAt: number; bestAt: number } {
    const { now } = this.around.kernel;
    const truth = this.truthOf(call);
    const { service } = truth;
    const ordinal = call.dispatches;
    const work = service.workOf(call, ordinal);
    let best = -1;
    let bestAt = NEVER;
    for (const index of service.ready) {
      const time = truth.completion(service.instances[index], call, ordinal, work, now);
      if (time < bestAt) {
        best = index;
        bestAt = time;
      }
    }
    if (target < 0) return { wouldAnswerAt: NaN, bestAt, best };
    const instance = service.instances[target];
    const wouldAnswerAt = truth.completion(instance, call, ordinal, work, now);
    return { instance: target, truth: instance.load, wouldAnswerAt, bestAt, best };
  }

  private truthOf(call: Call): Truth {
    return this.around.truths[this.around.serviceOfEdge[call.edge]];
  }

  private describe(result: Result): Partial<TraceEvent> {
    const origin = originOf(result);
    return {
      result: KIND_NAMES[kindOf(result)],
      cause: CAUSE_NAMES[causeOf(result)],
      origin: origin >= 0 ? this.nameOf(origin) : 'instance',
      causeVisible: isVisible(result),
    };
  }

  private nameOf(layer: number): string {
    return this.around.layers[layer].name;
  }
}
