import type { Explanation } from '../../experiments/explain.ts';
import type { Span } from './spans.ts';
import { describeAct, nameOfSpan, spansOf } from './spans.ts';

/**
 * One event of the Trace Event Format ("JSON Object Format"), which Perfetto and chrome://tracing open. Times in
 * microseconds. Source: Trace Event Format, Google, 2016.
 */
export interface ChromeEvent {
  readonly ph: 'X' | 'i' | 'M';
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of an instant: its thread alone. */
  readonly s?: 't';
  readonly args: Readonly<Record<string, unknown>>;
}

export interface ChromeTrace {
  readonly traceEvents: readonly ChromeEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string>>;
}

const PID = 1;

/** One request's story: a track for the client, for each layer and for each instance that it met. */
export function chromeTrace(explanation: Explanation): ChromeTrace {
  const { trace, scenario, design, seed, version, digest } = explanation;
  const spans = spansOf(explanation);
  const tracks = new Tracks(explanation);
  const events = spans.flatMap((span): ChromeEvent[] => {
    const tid = tracks.of(span);
    const common = { cat: span.kind, pid: PID, tid };
    const acts = span.events.map((event): ChromeEvent => ({
      ...common,
      ph: 'i',
      name: event.wrong === '' ? event.act : `${event.act}: ${event.wrong}`,
      ts: event.at / 1e3,
      s: 't',
      args: describeAct(event, trace.arrivedAt),
    }));
    const whole: ChromeEvent = {
      ...common,
      ph: 'X',
      name: nameOfSpan(span, explanation),
      ts: span.start / 1e3,
      dur: (span.end - span.start) / 1e3,
      args: span.result === '' ? {} : { result: span.result },
    };
    return [whole, ...acts];
  });
  return {
    traceEvents: [...tracks.names(`${scenario}: request ${trace.request} in ${design}`), ...events],
    displayTimeUnit: 'ms',
    otherData: { program: `overcontrol ${version}`, scenario, design, seed, request: String(trace.request), digest },
  };
}

/** Threads of the trace. What overlaps on one track, as a hedge does, gets a further one. */
class Tracks {
  private readonly explanation: Explanation;
  private readonly tracks: { readonly key: string; readonly name: string; readonly order: number; free: number }[] = [];

  constructor(explanation: Explanation) {
    this.explanation = explanation;
  }

  of(span: Span): number {
    const { layers, to, from } = this.explanation;
    const [name, order] =
      span.kind === 'request'
        ? [from, 0]
        : span.kind === 'layer'
          ? [nameOfSpan(span, this.explanation), 1 + span.layer]
          : [`${to}[${span.instance}]`, 1 + layers.length + span.instance];
    const own = this.tracks.filter(({ key }) => key === name);
    let index = this.tracks.findIndex(({ key, free }) => key === name && free <= span.start);
    if (index < 0) {
      const shown = own.length === 0 ? name : `${name} (${own.length + 1})`;
      index = this.tracks.push({ key: name, name: shown, order, free: 0 }) - 1;
    }
    this.tracks[index].free = span.end;
    return index + 1;
  }

  names(process: string): ChromeEvent[] {
    const about = (name: string, tid: number, args: Record<string, unknown>): ChromeEvent => ({
      ph: 'M',
      name,
      cat: '__metadata',
      pid: PID,
      tid,
      ts: 0,
      args,
    });
    return [
      about('process_name', 0, { name: process }),
      ...this.tracks.flatMap(({ name, order }, i) => [
        about('thread_name', i + 1, { name }),
        about('thread_sort_index', i + 1, { sort_index: order }),
      ]),
    ];
  }
}
