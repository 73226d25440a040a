import {
  findDesign,
  LAYERED,
  parseParameter,
  planSweep,
  runSweep,
  sweepResult,
  unitsOf,
  WHOLE,
} from '../../sim/index.ts';
import type { DesignSpec, Phase, Scenario, SweepResult, SweepRow } from '../../sim/index.ts';
import { keyOfRow } from '../../sim/index.ts';
import type { Haste, Lab } from '../lab/lab.ts';
import type { Second, Settings } from './runs.ts';
import { read, secondsOf } from './runs.ts';

/**
 * scenarios/metastable.yaml at a quarter of its size (capacity, load and queue), and shorter, so that a map of its phases
 * is there within seconds.
 */

const FILE = 'metastable.yaml';
const QUARTER: Settings = {
  duration: '90s',
  replications: 1,
  'world.services.store.concurrency': 8,
  'world.services.store.queue.limit': 500,
};

/** Calls a second that the store can do: eight at once, of 40 ms. */
export const CAPACITY = 200;
/** Seconds of the run in which the surge is on. */
export const SURGE = { from: 30, until: 40 } as const;

/** What a reader can change. */
export interface Surge {
  /** Calls a second without the surge. */
  readonly load: number;
  /** Times as many while it lasts. */
  readonly factor: number;
  readonly tries: number;
  readonly hasBudget: boolean;
}

function settingsOf({ load, factor, tries, hasBudget }: Surge): Settings {
  return {
    ...QUARTER,
    'world.traffic.apps.arrivals': { poisson: `${load}/s` },
    'world.faults.surge.surge.factor': factor,
    'sidecar.tries': tries,
    ...(hasBudget ? { 'sidecar.budget': { policy: 'ratio', ratio: '10%' } } : {}),
  };
}

export function readSurge(text: string, surge: Surge): { readonly scenario: Scenario; readonly design: DesignSpec } {
  const scenario = read(text, FILE, settingsOf(surge));
  return { scenario, design: findDesign(scenario, LAYERED)! };
}

/** Runs one surge, second by second. */
export async function watchSurge(lab: Lab, text: string, surge: Surge, haste?: Haste): Promise<Second[]> {
  const { scenario, design } = readSurge(text, surge);
  const { world, seed, plugins } = scenario;
  const task = { id: design.name, kind: 'design', world, seed, plugins, design, rekey: '' } as const;
  const { timeline } = await lab.do('task', { ...task, verdicts: false, log: false, timeline: 90 }, haste);
  return secondsOf(timeline!);
}

/** Share served over a stretch of the run. */
export function servedBetween(seconds: readonly Second[], from: number, until: number): number {
  let offered = 0;
  let served = 0;
  for (const one of seconds) {
    if (one.second < from || one.second >= until) continue;
    offered += one.offered;
    served += one.served;
  }
  return served / offered;
}

const HEALTHY = 0.9;

function beforeAndAfter(seconds: readonly Second[]): { readonly before: number; readonly after: number } {
  return { before: servedBetween(seconds, 10, SURGE.from), after: servedBetween(seconds, 70, 90) };
}

/** Whether, half a minute after the surge, about as many are served as before. */
export function hasRecovered(seconds: readonly Second[]): boolean {
  const { before, after } = beforeAndAfter(seconds);
  return before >= HEALTHY && after >= HEALTHY * before;
}

/** What became of it, in a sentence. */
export function sentenceOn(seconds: readonly Second[]): string {
  const { before, after } = beforeAndAfter(seconds);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const told = `Served before the surge ${percent(before)}, half a minute after it ${percent(after)}.`;
  if (before < HEALTHY) return `${told} Overloaded: it is not healthy even before.`;
  return hasRecovered(seconds) ? `${told} It has recovered.` : `${told} The surge is over, the outage is not.`;
}

/** One cell of the map. */
export interface PhasePoint {
  readonly load: number;
  readonly factor: number;
  readonly phase: Phase;
  readonly recoveryMs: number | null;
}

export const LOADS = [20, 40, 60, 80, 100, 120, 140, 160, 180];
export const FACTORS = [1.25, 1.5, 2, 2.5, 3];

/** Runs the map, and hands over the cells that are there. Each comes of three runs, which `sim/experiments/sweep` judges. */
export async function* phaseMap(
  lab: Lab,
  text: string,
  stack: Pick<Surge, 'tries' | 'hasBudget'>,
  haste: Haste = {},
): AsyncGenerator<PhasePoint[], void, void> {
  const base = settingsOf({ ...stack, load: LOADS[0], factor: FACTORS[0] });
  const scenarioWith = (settings: Settings): Scenario => {
    // The sweep sets the rate inside the arrivals, which stand in the base as a whole.
    const { 'world.traffic.apps.arrivals.poisson': rate, ...rest } = settings;
    const arrivals = rate === undefined ? {} : { 'world.traffic.apps.arrivals': { poisson: rate } };
    return read(text, FILE, { ...base, ...rest, ...arrivals });
  };
  const plan = planSweep({
    scenario: scenarioWith({}),
    hash: '',
    parameters: [
      parseParameter(`world.traffic.apps.arrivals.poisson=${LOADS.map((load) => `${load}/s`).join(',')}`),
      parseParameter(`world.faults.surge.surge.factor=${FACTORS.join(',')}`),
    ],
    lhs: undefined,
    designs: [LAYERED],
    seeds: [scenarioWith({}).seed],
    figures: ['success'],
    phases: true,
  });
  const rows = new Map<string, SweepRow>();
  let tell: (() => void) | null = null;
  const work = runSweep(
    plan,
    unitsOf(plan, WHOLE),
    {
      scenarioWith,
      runTask: (task) => lab.do('task', task, haste),
      width: lab.width,
      ...(haste.signal === undefined ? {} : { signal: haste.signal }),
    },
    (some) => {
      for (const row of some) rows.set(keyOfRow(row), row);
      tell?.();
    },
  ).then(() => true);
  for (;;) {
    const more = new Promise<boolean>((resolve) => (tell = () => resolve(false)));
    const isOver = await Promise.race([work, more]);
    if (rows.size > 0) yield cellsOf(sweepResult(plan, rows));
    if (isOver) return;
  }
}

function cellsOf({ points }: SweepResult): PhasePoint[] {
  return points.map(({ x: [load, factor], designs: [{ phase }] }) => ({
    load: load!,
    factor: factor!,
    phase: phase!.phase,
    recoveryMs: phase!.recoveryMs,
  }));
}

/** From which load on some surge of the map brings it down for good, in a sentence. */
export function sentenceOnMap(points: readonly PhasePoint[]): string {
  const lost = points.filter(({ phase }) => phase === 'metastable');
  const share = (load: number): string => `${Math.round((100 * load) / CAPACITY)} %`;
  if (lost.length === 0) return 'No surge of this map outlives itself.';
  const loads = lost.map(({ load }) => load);
  const least = Math.min(...loads);
  const factor = Math.min(...lost.filter(({ load }) => load === least).map((point) => point.factor));
  return `From ${share(least)} of the capacity on there are surges that outlive themselves: there, from ${factor} times the load on.`;
}
