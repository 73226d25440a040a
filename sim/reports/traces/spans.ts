import type { Explanation } from '../../experiments/explain.ts';
import type { TraceEvent } from '../../measure/trace.ts';

/** A piece of a request's time, as tracing tools have it. Nanoseconds since the run began. */
export interface Span {
  /** 0 is the request; every other span lies within its parent. */
  readonly index: number;
  readonly parent: Span | null;
  readonly start: number;
  end: number;
  /** A whole request, its way through one layer, or its stay in an instance. */
  kind: 'request' | 'layer' | 'dispatch';
  /** Index of the layer; -1 of none. */
  layer: number;
  instance: number;
  /** What came of it, where that is known. */
  result: string;
  readonly events: TraceEvent[];
}

/**
 * The acts on a request as a tree of spans: a passage begins with the first act that speaks of it, and ends when it is
 * refused, timed out, given up for the next try, or answered; whatever is open then ends with the request.
 */
export function spansOf({ trace }: Explanation): Span[] {
  return new SpanTree(trace.arrivedAt).grow(trace.events, trace.endedAt, trace.outcome);
}

class SpanTree {
  private readonly spans: Span[] = [];
  private readonly open = new Map<number, Span>();
  private readonly root: Span;

  constructor(arrivedAt: number) {
    this.root = this.begin(null, arrivedAt, 'request');
  }

  grow(events: readonly TraceEvent[], endedAt: number, outcome: string): Span[] {
    events.forEach((event, i) => this.add(event, (passage) => outerOf(passage, events, i)));
    for (const span of this.spans) span.end = Math.min(span.end, endedAt);
    this.root.result = outcome;
    this.nameUnspoken();
    return this.spans;
  }

  private add(event: TraceEvent, outer: (passage: number) => number): void {
    const { at, act, layer, instance, passage } = event;
    if (passage < 0) {
      this.root.events.push(event);
      return;
    }
    const span = this.spanOf(passage, at, outer, []);
    span.events.push(event);
    if (act === 'dispatched') Object.assign(span, { kind: 'dispatch', instance });
    // A timer belongs to the layer outside of what it ends.
    else if (act !== 'timedOut' && act !== 'answered' && layer >= 0) span.layer = layer;
    if (act === 'timedOut') this.close(span, at, 'timedOut');
    if (act === 'answered') this.close(span, at, event.result);
    if (act === 'refused' || act === 'foundNone') this.close(span, at, event.cause === '' ? 'refused' : event.cause);
    if (act === 'retried' || act === 'gaveUp') this.closeBelow(span, at, event.result);
  }

  /** The open span of a passage. Passages are used again: one that has ended before now is another. */
  private spanOf(passage: number, at: number, outer: (passage: number) => number, inner: readonly number[]): Span {
    const known = this.open.get(passage);
    if (known !== undefined && known.end >= at) return known;
    const parent = outer(passage);
    const isSaid = parent >= 0 && parent !== passage && !inner.includes(parent);
    // A passage of which no act says where it belongs is made as the request descends: it stands in the newest.
    const around = isSaid ? this.spanOf(parent, at, outer, [...inner, passage]) : this.newest(at);
    const span = this.begin(around, at, 'layer');
    this.open.set(passage, span);
    return span;
  }

  private newest(at: number): Span {
    return this.spans.findLast(({ kind, end }) => kind === 'layer' && end > at) ?? this.root;
  }

  private begin(parent: Span | null, start: number, kind: Span['kind']): Span {
    const { length: index } = this.spans;
    const span: Span = {
      index,
      parent,
      start,
      end: Infinity,
      kind,
      layer: -1,
      instance: -1,
      result: '',
      events: [],
    };
    this.spans.push(span);
    return span;
  }

  private close(span: Span, at: number, result: string): void {
    if (span.end > at) Object.assign(span, { end: at, result });
    this.closeBelow(span, at, result);
  }

  private closeBelow(span: Span, at: number, result: string): void {
    for (const one of this.spans) {
      if (one.end > at && isBelow(one, span)) Object.assign(one, { end: at, result: one.result || result });
    }
  }

  /** A layer of which no act speaks stands between those outside and inside of it. */
  private nameUnspoken(): void {
    for (const span of this.spans.toReversed()) {
      if (span.kind !== 'layer' || span.layer >= 0) continue;
      const inner = this.spans.find((one) => one.parent === span && one.layer >= 0);
      if (inner !== undefined) span.layer = inner.layer - 1;
    }
    for (const span of this.spans) {
      if (span.kind === 'layer' && span.layer < 0) span.layer = (span.parent?.layer ?? -1) + 1;
    }
  }
}

function isBelow(span: Span, ancestor: Span): boolean {
  for (let at = span.parent; at !== null; at = at.parent) if (at === ancestor) return true;
  return false;
}

/** The passage outside of one, as the first act from here on says it; -1 if none does. */
function outerOf(passage: number, events: readonly TraceEvent[], from: number): number {
  for (let i = from; i < events.length; i++) {
    if (events[i].passage === passage && events[i].parent >= 0) return events[i].parent;
  }
  return -1;
}

/** What a span is called: the layer, the instance, or who asks whom. */
export function nameOfSpan({ kind, layer, instance }: Span, { layers, from, to }: Explanation): string {
  if (kind === 'request') return `${from} > ${to}`;
  if (kind === 'dispatch') return `${to}[${instance}]`;
  return layers[layer] ?? 'layer';
}

/** An act in plain members, without those that say nothing; times in milliseconds after the arrival. */
export function describeAct(event: TraceEvent, arrivedAt: number): Record<string, string | number | boolean> {
  const { asOf, believed, truth, wouldAnswerAt, bestAt, best, instance, amount, ahead, at } = event;
  const after = (time: number): number => (time - arrivedAt) / 1e6;
  const members: Record<string, string | number | boolean | undefined> = {
    instance: instance < 0 ? undefined : instance,
    ageMs: (at - asOf) / 1e6,
    believed,
    truth,
    wouldAnswerAfterMs: after(wouldAnswerAt),
    best: best < 0 ? undefined : best,
    bestWouldAnswerAfterMs: after(bestAt),
    result: event.result,
    cause: event.cause,
    origin: event.origin,
    detail: event.detail,
    amount,
    wrong: event.wrong,
    waiting: ahead?.waiting,
    inService: ahead?.running,
    retriesAhead: ahead?.retries,
    abandonedAhead: ahead?.abandoned,
  };
  const said = Object.entries(members).filter(([, value]) => value !== undefined && value !== '' && !isNothing(value));
  return Object.fromEntries(said) as Record<string, string | number | boolean>;
}

function isNothing(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}
