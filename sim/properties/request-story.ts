import type { RequestTrace, TraceEvent } from '../measure/trace.ts';
import type { Laboratory } from './laboratory.ts';
import type { SeedRun } from './seed-run.ts';
import type { StoryRow } from './story.ts';

/** One request of the failing run, beside the same in the passing one. */
export interface RequestStory {
  readonly request: number;
  /** What became of it in the passing run; null where there is none. */
  readonly there: string | null;
  readonly outcome: string;
  /** Steps that went as in the passing run, and are left out. */
  readonly alike: number;
  readonly rows: readonly StoryRow[];
  readonly more: number;
}

const MOST_ROWS = 14;

/**
 * The first request that only the passing run served, or else the first that was not served; from where its way parts from
 * that in the passing run.
 */
export function requestStory(laboratory: Laboratory, run: SeedRun, other: SeedRun | null): RequestStory | null {
  const request = firstLost(run, other);
  if (request < 0) return null;
  const trace = traceOf(laboratory, run, request);
  if (trace === undefined) return null;
  const passing = other === null ? undefined : traceOf(laboratory, other, request);
  const alike = commonSteps(trace.events, passing?.events ?? []);
  const told = trace.events.slice(alike).filter(({ act }) => act !== 'arrived');
  const names = namesIn(run);
  return {
    request,
    there: passing?.outcome ?? null,
    outcome: trace.outcome,
    alike,
    rows: told.slice(0, MOST_ROWS).map((event) => rowOf(event, names)),
    more: Math.max(0, told.length - MOST_ROWS),
  };
}

function firstLost(run: SeedRun, other: SeedRun | null): number {
  const { log } = run;
  const theirs = other?.log;
  let first = -1;
  for (let i = 0; i < log.length; i++) {
    if (log.outcomeOf(i) === undefined || log.wasServed(i)) continue;
    if (theirs === undefined || theirs.wasServed(i)) return i;
    if (first < 0) first = i;
  }
  return first;
}

function traceOf(laboratory: Laboratory, run: SeedRun, request: number): RequestTrace | undefined {
  return laboratory.run(run.scenario, run.design, run.seed, [request]).simulation.tracer!.finished[0];
}

function namesIn({ design }: SeedRun): string[] {
  return [...design.edges.flatMap(({ layers }) => layers), ...design.autoscalers].map(({ name }) => name);
}

function commonSteps(events: readonly TraceEvent[], others: readonly TraceEvent[]): number {
  const same = (a: TraceEvent, b: TraceEvent | undefined): boolean =>
    b !== undefined &&
    a.act === b.act &&
    a.layer === b.layer &&
    a.instance === b.instance &&
    a.result === b.result &&
    a.at === b.at;
  const parting = events.findIndex((event, i) => !same(event, others[i]));
  return parting < 0 ? events.length : parting;
}

/** What an event says; what is not known is empty. */
function rowOf(event: TraceEvent, names: readonly string[]): StoryRow {
  const { at, asOf, layer, act, instance } = event;
  const actor = act === 'dispatched' || act === 'answered' ? `instance ${instance}` : 'client';
  return {
    at,
    who: layer >= 0 ? names[layer] : actor,
    believed: beliefOf(event),
    age: Number.isFinite(asOf) ? at - asOf : null,
    truth: truthOf(event),
    decided: decisionOf(event) + (event.wrong === '' ? '' : ` (${event.wrong})`),
  };
}

function beliefOf({ act, believed, result, causeVisible, origin }: TraceEvent): string {
  if (act === 'selected') return believed === believed ? `${shortly(believed)} there` : '';
  if (act === 'charged' || act === 'retried' || act === 'gaveUp' || act === 'fellBack') {
    return causeVisible ? `${result} of ${origin}` : `${result}, cannot see whose`;
  }
  return '';
}

function truthOf({ act, truth, wouldAnswerAt, at, ahead, origin, cause, result }: TraceEvent): string {
  if (act === 'dispatched' && ahead !== null) {
    const { running, waiting, retries, abandoned } = ahead;
    const extra = retries + abandoned === 0 ? '' : ` (${retries} retries, ${abandoned} abandoned)`;
    return `${running} in service, ${waiting} waiting${extra}`;
  }
  if (act === 'charged' || act === 'retried' || act === 'gaveUp' || act === 'fellBack') {
    return result === '' ? '' : `${origin} made it${cause === 'none' || cause === '' ? '' : ` (${cause})`}`;
  }
  const load = truth === truth ? `${shortly(truth)} there` : '';
  const answer = Number.isFinite(wouldAnswerAt) ? `would answer in ${shortly((wouldAnswerAt - at) / 1e6)} ms` : '';
  return [load, answer].filter((text) => text !== '').join(', ');
}

function decisionOf({ act, instance, cause, amount, result, origin, detail }: TraceEvent): string {
  switch (act) {
    case 'selected':
      return `sends it to instance ${instance}`;
    case 'refused':
    case 'wouldRefuse':
      return `${act === 'refused' ? 'refuses' : 'would refuse'}: ${cause}`;
    case 'admitted':
      return 'lets it pass';
    case 'foundNone':
      return 'finds no instance';
    case 'dispatched':
      return 'takes it in';
    case 'answered':
      return `answers ${result}`;
    case 'charged':
      return `charges it (${shortly(amount)})`;
    case 'retried':
      return `tries again in ${shortly(amount / 1e6)} ms`;
    case 'hedged':
      return 'sends one more copy';
    case 'gaveUp':
      return `gives up: ${detail}`;
    case 'fellBack':
      return 'answers with its fallback';
    case 'timedOut':
      return 'stops waiting';
    case 'hungUp':
      return 'hangs up';
    case 'ended':
      return `has ${result}${origin === 'instance' || origin === '' ? '' : ` of ${origin}`}: ${detail}`;
    case 'arrived':
      return 'asks';
  }
}

function shortly(value: number): string {
  return String(Number(value.toPrecision(3)));
}
