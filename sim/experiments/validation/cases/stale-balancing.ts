import type { Figure, Point, ValidationCase } from '../case.ts';
import { inside, ofOne } from '../case.ts';
import type { Gate } from '../gate.ts';
import { memoryOfMany, memoryOfOne, poolAt, SERVICE_MS } from './balancing.ts';
import { responseMs } from './figures.ts';

/**
 * Balancers on late information. Times are in units of one service. A smart balancer on a view that is old enough is
 * worse than random: where that begins is the crossover.
 */

/** stale-lb.json, as far as it is compared with. */
export interface StaleBalancing {
  readonly crossovers: {
    readonly values: readonly (View & {
      readonly T_cross: number;
      readonly se: number;
      readonly bracket: readonly (readonly [number, number])[];
    })[];
  };
  readonly headline: {
    readonly check: readonly { readonly policy: string; readonly T_ms: number; readonly W_ms: number }[];
  };
  readonly brooker_2012: {
    /** By discipline of draining (`0`: all servers at one instant) and policy, then by the interval between refreshes. */
    readonly mean_time_in_system_by_N: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  readonly table: readonly TableRow[];
  readonly long_T: readonly TableRow[];
  /** As the number of servers grows without bound, with a view that is refreshed for all together. */
  readonly fluid_only: readonly {
    readonly lam: number;
    readonly policy: string;
    readonly T: number;
    readonly W: number;
  }[];
}

interface View {
  readonly n: number;
  readonly lam: number;
  /** `random`, `rr`, `jsq`, `d2` …; with an `L` the balancer adds its own picks since the last sample. */
  readonly policy: string;
  readonly update: 'fresh' | 'periodic' | 'delay' | 'indiv';
}

interface TableRow extends View {
  readonly T: number;
  readonly W: number;
  readonly se: number;
  readonly gate: string;
}

const SOURCE = 'Mitzenmacher, TPDS 11(1), 2000: the model, simulated';

/** The scenario of a balancer that sees the world so late. */
function pointOf(view: View, age: number, requests: number, replications = 20, memoryOfQueues = 0): Point {
  const { n, lam, policy, update } = view;
  const alone = policy === 'random' || policy === 'rr';
  const memory = alone ? memoryOfOne(lam) : Math.max(memoryOfMany(lam), 5 * age, memoryOfQueues);
  const pool = { ...poolAt(n, lam, requests, memory), replications };
  if (policy === 'random') return { scenario: 'stale-balancing', design: 'random', set: pool };
  if (policy === 'rr') return { scenario: 'round-robin', set: pool };
  const [, choices, counts] = /^(?:jsq|d(\d+))(L?)$/.exec(policy)!;
  return {
    scenario: 'stale-balancing',
    set: {
      ...pool,
      'balancer.choices': choices === undefined ? 'all' : Number(choices),
      'balancer.countOwnSince': counts === 'L',
      'balancer.metrics': metricsOf(update, `${(age * SERVICE_MS).toFixed(6)}ms`),
    },
  };
}

function metricsOf(update: View['update'], age: string): Record<string, string> {
  switch (update) {
    case 'fresh':
      return {};
    case 'delay':
      return { lag: age };
    case 'periodic':
      return { interval: age, phase: 'together' };
    case 'indiv':
      return { interval: age, phase: 'apart' };
  }
}

const inServices = (gate: Gate): Figure => ({
  name: 'mean response, in services',
  gate,
  values: ofOne((run) => responseMs(run) / SERVICE_MS),
});

function viewName({ n, lam, policy, update }: View): string {
  return `${n}-servers-at-${lam}-${policy}-${update}`;
}

/** Where a policy becomes worse than random, by a straight line between two ages around it. */
function crossoverCases({ crossovers }: StaleBalancing): ValidationCase[] {
  return crossovers.values.map((row) => {
    const [[before], [after]] = row.bracket;
    const random = 1 / (1 - row.lam);
    const requests =
      row.n === 100 && row.policy === 'jsq' && row.lam >= 0.9 ? 140_000 : row.lam < 0.9 ? 45_000 : 70_000;
    const headline = row.n === 10 && row.lam === 0.9 && row.policy === 'jsq' && row.update === 'periodic';
    return {
      name: `stale-crossover/${viewName(row)}`,
      source: SOURCE,
      short: headline,
      points: [pointOf(row, before, requests), pointOf(row, after, requests)],
      figures: [
        {
          name: 'age at which it becomes worse than random, in services',
          gate: inside(row.T_cross, 0.05, row.se),
          values: ([early, late]) =>
            early.map((run, i) => {
              const low = responseMs(run) / SERVICE_MS;
              const high = responseMs(late[i]) / SERVICE_MS;
              return before + ((random - low) / (high - low)) * (after - before);
            }),
        },
      ],
    };
  });
}

/** Ten servers at 90 %, a refresh every 5 s, services of 100 ms. */
function headlineCases({ headline }: StaleBalancing): ValidationCase[] {
  return headline.check.map(({ policy, T_ms, W_ms }) => {
    const view: View = { n: 10, lam: 0.9, policy, update: 'periodic' };
    return {
      name: `stale-headline/${policy}`,
      source: SOURCE,
      short: policy !== 'random',
      points: [pointOf(view, T_ms / SERVICE_MS, 70_000)],
      figures: [
        {
          name: 'mean response at a refresh every 5 s',
          unit: 'ms',
          gate: inside(W_ms, policy === 'random' ? 0.08 : 0.05),
          values: ofOne(responseMs),
        },
      ],
    };
  });
}

/** Beyond these a run of any length that is affordable says little more than the order. */
const LOOSE_BEYOND = 0.02;

function tableCases({ table, long_T }: StaleBalancing): ValidationCase[] {
  return [...table, ...long_T.map((row) => ({ ...row, gate: 'loose' }))].map((row) => {
    const { lam, T, W, se } = row;
    const random = 1 / (1 - lam);
    const name = `stale-table/${viewName(row)}-age-${T}`;
    const gates: Gate[] = [];
    if (row.gate === 'strict' && se / W < LOOSE_BEYOND) gates.push(inside(W, capFor(row), se));
    // The side of random that it is on, wherever that is not near.
    if (row.policy !== 'random' && Math.abs(W / random - 1) > 0.03) {
      gates.push(W > random ? { kind: 'above', bound: random } : { kind: 'below', bound: random });
    }
    return {
      name,
      source: SOURCE,
      short: false,
      points: [
        pointOf(
          row,
          T,
          requestsOf(row) * (mayBeShort(row, gates) ? 0.6 : 1),
          gates.some(({ kind }) => kind === 'inside') || isErratic(row) ? 10 : 5,
          herds(row) ? 30 * Math.min(W, 50) : 0,
        ),
      ],
      figures: gates.map(figureOf),
    };
  });
}

function figureOf(gate: Gate): Figure {
  if (gate.kind === 'inside') return inServices(gate);
  return { ...inServices(gate), name: 'mean response, in services, against random' };
}

function fluidCases({ fluid_only: rows }: StaleBalancing): ValidationCase[] {
  return rows.map(({ lam, policy, T, W }) => {
    // What is left of the limit falls as 1 / servers; the fuller they are, the longer so many take to forget.
    const n = lam >= 0.9 ? 200 : 500;
    const left = policy === 'jsq' ? 0.05 : policy === 'd10' ? 0.03 : 0.01;
    const view: View = { n, lam, policy, update: 'periodic' };
    return {
      name: `stale-limit/at-${lam}-${policy}-age-${T}`,
      source: 'Mitzenmacher, TPDS 11(1), 2000: the fluid limit',
      short: false,
      points: [pointOf(view, T, lam >= 0.95 ? 90_000 : lam >= 0.9 ? 45_000 : policy === 'jsq' ? 40_000 : 30_000, 10)],
      figures: [inServices({ kind: 'meets', low: W, high: W * (1 + left), cap: lam >= 0.9 ? 0.08 : 0.04 })],
    };
  });
}

const CACHED: Readonly<Record<string, { readonly name: string; readonly choices: number | 'all' }>> = {
  '0-best': { name: 'best-of-all', choices: 'all' },
  '0-d2': { name: 'best-of-2', choices: 2 },
  '0-d3': { name: 'best-of-3', choices: 3 },
};

/** Seconds between refreshes: those between them lie on the same curve. */
const REFRESHES = ['1', '5', '10', '20', '40', '70', '100'];

/** Servers that drain on a clock, all at one instant. Published within 5 % of the means. */
function cachedCases({ brooker_2012: { mean_time_in_system_by_N: table } }: StaleBalancing): ValidationCase[] {
  const source = 'M. Brooker, The power of two random choices, 2012: the model, simulated';
  const meanOf = (seconds: number): Figure => ({
    name: 'mean time in the system',
    unit: 's',
    gate: { kind: 'meets', low: seconds * 0.95, high: seconds * 1.05, cap: 0.2 },
    values: ofOne((run) => responseMs(run) / 1000),
  });
  const smart = Object.entries(CACHED).flatMap(([key, { name, choices }]) =>
    REFRESHES.map((interval): ValidationCase => ({
      name: `cached-queue-lengths/${name}-every-${interval}s`,
      source,
      short: false,
      points: [
        {
          scenario: 'cached-queue-lengths',
          set: { 'balancer.choices': choices, 'balancer.metrics.interval': `${interval}s` },
        },
      ],
      figures: [meanOf(table[key][interval])],
    })),
  );
  const random: ValidationCase = {
    name: 'cached-queue-lengths/random',
    source,
    short: false,
    points: [{ scenario: 'cached-queue-lengths', design: 'random' }],
    figures: [meanOf(table['0-random']['1'])],
  };
  return [random, ...smart];
}

/** Everybody to one server at once: long queues that take long to come about, and to measure. */
function herds({ n, lam, W }: TableRow): boolean {
  return n === 100 && W > 1 / (1 - lam);
}

/** So long a queue in turn at each that a run differs much from the next. */
function isErratic({ W }: TableRow): boolean {
  return W > 2000;
}

function requestsOf(row: TableRow): number {
  const { n, lam, policy, T } = row;
  // A run is many times as long as the information is old.
  if (n === 100 && T >= 50) return T <= 100 ? 80_000 : isErratic(row) ? 200_000 : 100_000;
  if (herds(row) || (n === 100 && policy.startsWith('jsq') && lam >= 0.9)) return 150_000;
  if (lam >= 0.95) return 150_000;
  if (n === 100) return lam >= 0.9 ? 35_000 : 25_000;
  if (policy === 'jsq' || T >= 50) return 80_000 + 500 * Math.min(T, 100);
  return lam >= 0.9 ? 60_000 : 30_000;
}

/** Where the interval may be wide, fewer requests will do. */
function mayBeShort(row: TableRow, gates: readonly Gate[]): boolean {
  return capFor(row) >= 0.1 && row.policy !== 'rr' && !herds(row) && gates.some(({ kind }) => kind === 'inside');
}

function capFor({ lam, policy, W }: TableRow): number {
  const random = 1 / (1 - lam);
  // The closed form of random is held to elsewhere, by longer runs.
  if (policy === 'random') return 0.2;
  if (lam <= 0.5) return W > random ? 0.05 : 0.025;
  return lam >= 0.95 ? 0.1 : lam >= 0.9 ? (W > 0.5 * random ? 0.12 : 0.06) : W > random ? 0.1 : 0.05;
}

export function staleBalancingCases(results: StaleBalancing): ValidationCase[] {
  return [
    ...crossoverCases(results),
    ...headlineCases(results),
    ...tableCases(results),
    ...fluidCases(results),
    ...cachedCases(results),
  ];
}
