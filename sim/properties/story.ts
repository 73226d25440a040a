import type { CaseResult } from './case-result.ts';
import type { Laboratory } from './laboratory.ts';
import type { SeedRun } from './seed-run.ts';
import type { StateChange } from './observer.ts';
import { requestStory } from './request-story.ts';
import type { RequestStory } from './request-story.ts';
import { NEVER } from '../kernel/time.ts';

/** One thing that happened, what was believed and what was true. */
export interface StoryRow {
  /** Simulated time, nanoseconds. */
  readonly at: number;
  /** Who acted: a layer, an instance, the client, the world. */
  readonly who: string;
  readonly believed: string;
  /** Age of the belief, nanoseconds; null where there is none. */
  readonly age: number | null;
  readonly truth: string;
  readonly decided: string;
}

/** How a failing run differs from the nearest that passes, over the same seed. */
export interface Story {
  readonly seed: string;
  /** The run as a whole, in order: only what the passing run has not. */
  readonly rows: readonly StoryRow[];
  /** Rows that were left out, for there are too many. */
  readonly more: number;
  /** One request that it did not serve; null if there is none. */
  readonly request: RequestStory | null;
}

const MOST_ROWS = 12;

/** Tells what changed. @param neighbour the nearest case that passes; null if the baseline fails */
export function tellStory(
  laboratory: Laboratory,
  failing: CaseResult,
  neighbour: CaseResult | null,
  seed: string,
): Story {
  const run = failing.runs.find((one) => one.seed === seed)!;
  const other = neighbour?.runs.find((one) => one.seed === seed) ?? null;
  const rows = [...worldRows(run, other), ...stateRows(run, other), ...flowRows(run, other)];
  const inOrder = rows.toSorted((a, b) => a.at - b.at);
  return {
    seed,
    rows: inOrder.slice(0, MOST_ROWS),
    more: Math.max(0, inOrder.length - MOST_ROWS),
    request: requestStory(laboratory, run, other),
  };
}

function row(at: number, who: string, decided: string, more: Partial<StoryRow> = {}): StoryRow {
  return { at, who, believed: '', age: null, truth: '', decided, ...more };
}

/** What befell the world, and not that of the other run. */
function worldRows(run: SeedRun, other: SeedRun | null): StoryRow[] {
  const faults = run.scenario.world.faults.filter((fault) => {
    const same = other?.scenario.world.faults.find(({ name }) => name === fault.name);
    return JSON.stringify(same) !== JSON.stringify(fault);
  });
  return faults.flatMap(({ name, timing, act }) => {
    if (timing.kind !== 'once') return [];
    const begins = row(timing.at, 'world', `\`${name}\` begins: ${act.kind}`);
    return timing.length === NEVER
      ? [begins]
      : [begins, row(timing.at + timing.length, 'world', `\`${name}\` is over`)];
  });
}

/** A change of state that the other run makes within this time is the same there. */
const SAME_WITHIN = 0.5e9;
/** Of each layer, the first changes tell enough. */
const MOST_CHANGES_A_LAYER = 4;

function stateRows(run: SeedRun, other: SeedRun | null): StoryRow[] {
  const known = other?.changes ?? [];
  const told = new Map<string, number>();
  return run.changes.flatMap((change) => {
    const { at, layer, key, to, from, asOf } = change;
    const isSame = (one: StateChange): boolean =>
      one.layer === layer && one.key === key && one.to === to && Math.abs(one.at - at) <= SAME_WITHIN;
    if (known.some(isSame)) return [];
    const count = (told.get(layer) ?? 0) + 1;
    told.set(layer, count);
    if (count > MOST_CHANGES_A_LAYER) return [];
    const whose = key < 0 ? '' : ` for ${key}`;
    const truth = `${change.running} in service, ${change.waiting} waiting`;
    const age = Number.isFinite(asOf) ? at - asOf : null;
    return [row(at, layer, `${from} -> ${to}${whose}`, { believed: beliefOf(change), age, truth })];
  });
}

/** What a layer must believe to change so. */
function beliefOf({ to, from }: StateChange): string {
  switch (to) {
    case 'open':
      return 'too many calls fail';
    case 'closed':
      return 'the calls are well again';
    case 'halfOpen':
      return 'it is time to try again';
    case 'ejected':
      return 'it fails more than it may';
    case 'in':
      return 'it may come back';
    default:
      return Number(to) > Number(from) ? 'there are too few replicas' : 'there are too many replicas';
  }
}

/** Where the flow of requests parts from that of the other run: retries, refusals, requests not served. */
function flowRows(run: SeedRun, other: SeedRun | null): StoryRow[] {
  const { step, series } = run.timeline;
  const others = other?.timeline.series ?? {};
  const rows: StoryRow[] = [];
  for (const [name, values] of Object.entries(series)) {
    const [what, layer] = name.split(':');
    if (layer === undefined || (what !== 'retried' && what !== 'refused')) continue;
    const from = firstAbove(values, others[name] ?? []);
    if (from < 0) continue;
    const before = others[name]?.[from] ?? 0;
    const verb = what === 'retried' ? 'retries' : 'refuses';
    const per = `${values[from]} in ${secondsOf(step)} s`;
    rows.push(row(from * step, layer, `${verb} ${per}`, { truth: other === null ? '' : `${before} when it passes` }));
  }
  const unserved = series.offered.map((offered, i) => offered - series.served[i]);
  const theirs = others.offered?.map((offered, i) => offered - others.served[i]) ?? [];
  const from = firstAbove(unserved, theirs);
  if (from >= 0) {
    const last = lastAbove(unserved, theirs);
    const total = unserved.reduce((sum, count) => sum + count, 0);
    const passing = theirs.reduce((sum, count) => sum + count, 0);
    const truth = other === null ? '' : `${passing} in all when it passes`;
    rows.push(
      row(from * step, 'client', `requests begin to go unserved: ${unserved[from]} of ${series.offered[from]}`),
    );
    rows.push(row((last + 1) * step, 'client', `the last of ${total} requests goes unserved`, { truth }));
  }
  return rows;
}

/** The first, and the last, interval with clearly more than there. */
function firstAbove(values: readonly number[], others: readonly number[]): number {
  return values.findIndex((value, i) => isClearlyAbove(value, others[i] ?? 0));
}

function lastAbove(values: readonly number[], others: readonly number[]): number {
  return values.findLastIndex((value, i) => isClearlyAbove(value, others[i] ?? 0));
}

function isClearlyAbove(value: number, other: number): boolean {
  return value > other * 1.5 + 3;
}

function secondsOf(nanoseconds: number): string {
  return String(Number((nanoseconds / 1e9).toPrecision(3)));
}
