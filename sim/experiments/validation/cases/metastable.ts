import type { Figure, Point, ValidationCase } from '../case.ts';
import { orbitQueue } from '../closed-forms/index.ts';
import type { OrbitQueueMeans } from '../closed-forms/index.ts';
import { inside, within } from '../case.ts';
import type { Gate } from '../gate.ts';
import type { Observation } from '../observation.ts';
import { rateBetween, meanBetween } from './figures.ts';

/**
 * Systems that a trigger leaves down for good, held there by retries of what has been given up. Whether one recovers is
 * the same in every replication, away from the boundary.
 */

/** metastable-hotos21.json */
export interface RetryMetastability {
  readonly recovery_sweep: readonly { readonly lam: number; readonly recovered: number; readonly reps: number }[];
  readonly load_shed_after_300s: readonly { readonly load_after_300s: number; readonly recovered: number }[];
}

/** metastable-osdi22-trigger.json */
export interface TriggerMetastability {
  readonly critical_utilization: { readonly values: Readonly<Record<string, number>> };
  readonly four_outcomes: readonly {
    readonly experiment: string;
    readonly capacity_factor: number;
    readonly duration_s: number;
    readonly rho: number;
    readonly published: string;
    readonly poisson_exp_mu2000_recovered_of_10: number;
  }[];
  readonly mitigations: readonly { readonly policy: string; readonly expect: number | null }[];
}

/** metastable-bounded-queue.json */
export interface BoundedQueueMetastability {
  readonly ctmc: { readonly rows: readonly OrbitRow[] };
  readonly des: {
    readonly rows: readonly {
      readonly lam: number;
      readonly recovered: number;
      readonly reps: number;
      readonly series: readonly (readonly number[])[];
    }[];
  };
}

interface OrbitRow {
  readonly lam: number;
  readonly mu: number;
  readonly K: number;
  readonly orbit: number;
  readonly timeout: number;
  readonly retries: number;
  readonly alpha: number;
  readonly mean_queue: number;
  readonly mean_orbit: number;
  readonly P_q_ge_90pct: number;
  readonly P_q_lt_10pct: number;
  readonly time_to_drain: number;
  readonly mean_time_full_to_q_lt_10pct: number;
  readonly mean_time_empty_to_q_ge_90pct: number;
}

const HOTOS = 'Bronson et al., HotOS 2021, section 2.1';
const OSDI = 'Huang et al., OSDI 2022, retry case study';
const FORMAL = 'Isaacs et al., HotOS 2025 (metafor)';

/** Served of what arrived in the last tenth of the run. */
function endGoodput(run: Observation): number {
  const { offered, served } = run.timeline!.series;
  const from = Math.floor(offered.length * 0.9);
  const sum = (values: readonly number[]): number => values.slice(from).reduce((a, b) => a + b, 0);
  return sum(served) / sum(offered);
}

/** At the end nine of ten requests are served again. */
function recovers(expected: boolean): Figure {
  return {
    name: 'recovers (1) or stays down (0)',
    gate: { kind: 'each', expected: expected ? 1 : 0 },
    values: ([runs]) => runs.map((run) => (endGoodput(run) > 0.9 ? 1 : 0)),
  };
}

function rate(name: string, series: string, from: number, until: number, gate: Gate): Figure {
  return { name, unit: '/s', gate, values: ([runs]) => runs.map((run) => rateBetween(run, series, from, until)) };
}

/** How fast a queue grows between two moments, each taken over so many seconds. */
function growth(queue: string, from: number, until: number, gate: Gate): Figure {
  return {
    name: 'growth of the queue',
    unit: '/s',
    gate,
    values: ([runs]) =>
      runs.map((run) => {
        const [first, last] = [from, until - 10].map((at) => meanBetween(run, `queue:${queue}`, at, at + 10));
        return (last - first) / (until - 10 - from);
      }),
  };
}

// --- HotOS 2021 ------------------------------------------------------------------------------------------------------

const ARRIVALS = 'world.traffic.users.arrivals';

function retryCases(results: RetryMetastability): ValidationCase[] {
  // Retries in a layer, and of clients that ask again by themselves.
  const stuck = ['metastable-retries', 'metastable-clients'].map((scenario): ValidationCase => ({
    name: `${scenario}/stuck-at-280`,
    source: HOTOS,
    short: false,
    points: [{ scenario, set: { replications: 20 }, timeline: 28 }],
    figures: [
      rate('served a second, before', 'served', 20, 60, inside(280, 0.02)),
      rate('attempts a second, long after', 'dispatches:database', 100, 280, inside(560, 0.0055)),
      rate('served a second, long after', 'served', 80, 280, { kind: 'below', bound: 1 }),
      growth('database', 100, 280, inside(260, 0.03)),
      recovers(false),
    ],
  }));
  // Near the boundary a backlog drains slowly.
  const sweep = results.recovery_sweep.map(({ lam, recovered, reps }): ValidationCase => {
    const near = Math.abs(lam - 150) <= 10;
    const set = {
      [ARRIVALS]: { poisson: `${lam}/s` },
      duration: near ? '900s' : '300s',
      ...(near ? { replications: 5 } : {}),
    };
    return {
      name: `metastable-retries/at-${lam}`,
      source: HOTOS,
      short: lam === 130 || lam === 280,
      points: [{ scenario: 'metastable-retries', set, timeline: 100 }],
      figures: [recovers(recovered === reps)],
    };
  });
  const shed = results.load_shed_after_300s.map(({ load_after_300s: load, recovered }): ValidationCase => {
    const steps = [
      { at: '0s', rate: '280/s' },
      { at: '300s', rate: '280/s' },
      { at: '300s', rate: `${load}/s` },
    ];
    // The backlog of four minutes drains at 300 less twice the load.
    const duration = load < 150 ? 300 + 70_000 / (300 - 2 * load) : 700;
    return {
      name: `metastable-retries/shed-to-${load}`,
      source: HOTOS,
      short: false,
      points: [
        {
          scenario: 'metastable-retries',
          set: { [ARRIVALS]: { profile: steps }, duration: `${(1.2 * duration).toFixed(0)}s`, replications: 3 },
          timeline: 100,
        },
      ],
      figures: [recovers(recovered > 0)],
    };
  });
  return [...stuck, ...sweep, ...shed];
}

// --- OSDI 2022 -------------------------------------------------------------------------------------------------------

/** Requests a second that the store can do. */
const CAPACITY = 2000;

function triggered(utilization: number, capacity: number, seconds: number, replications?: number): Point {
  return {
    scenario: 'metastable-capacity',
    timeline: 200,
    set: {
      'world.traffic.clients.arrivals': { deterministic: `${utilization * CAPACITY}/s` },
      'world.faults.trigger.for': `${seconds}s`,
      'world.faults.trigger.slow.factor': 1 / capacity,
      ...(replications === undefined ? {} : { replications }),
    },
  };
}

/** How far the published boundary is known. */
const BOUNDARY = 0.006;

/** `a: x0.22 for 10 s` or `d: x0.20 for 10 s, load x0.7` */
const TRIGGER = /^(\w): x([\d.]+) for (\d+) s(?:, load x([\d.]+))?$/;

function boundaryCases({ critical_utilization: { values } }: TriggerMetastability): ValidationCase[] {
  return Object.entries(values).flatMap(([what, critical]) => {
    const [, letter, capacity, seconds, load = '1'] = TRIGGER.exec(what)!;
    return [-BOUNDARY, BOUNDARY].map((offset): ValidationCase => {
      const side = offset < 0 ? 'below' : 'above';
      return {
        name: `metastable-capacity/${letter}-${side}-the-boundary`,
        source: OSDI,
        short: letter === 'b',
        points: [triggered((critical + offset) * Number(load), Number(capacity), Number(seconds))],
        figures: [recovers(offset < 0)],
      };
    });
  });
}

/** The same with Poisson arrivals and exponential services, where chance may decide. Published: 10, 1, 10 and 10 of 10. */
function noisyOutcomeCases({ four_outcomes: rows }: TriggerMetastability): ValidationCase[] {
  return rows.map((row) => {
    const { experiment, capacity_factor: capacity, duration_s: seconds, rho } = row;
    const all = row.poisson_exp_mu2000_recovered_of_10 === 10;
    const { set, ...point } = triggered(rho, capacity, seconds, all ? 10 : 40);
    const noisy = {
      ...set,
      'world.traffic.clients.arrivals': { poisson: `${rho * CAPACITY}/s` },
      'world.services.store.serviceTime': { exponential: '0.5ms' },
    };
    return {
      name: `metastable-capacity/experiment-${experiment}-by-chance`,
      source: OSDI,
      short: false,
      points: [{ ...point, set: noisy }],
      figures: [
        {
          ...recovers(true),
          name: 'share of the runs that recover',
          unit: 'share',
          gate: { kind: all ? 'above' : 'below', bound: 0.5 },
        },
      ],
    };
  });
}

/** No trigger, however long, holds it down with so few retries: (retries + 1) times the load is below the capacity. */
function lowestCases(): ValidationCase[] {
  return [0.15, 0.25].map((utilization) => ({
    name: `metastable-capacity/a-minute-at-${utilization}`,
    source: `${OSDI}: sustained from a load of 1 / (retries + 1) on`,
    short: false,
    points: [triggered(utilization, 0.2, 60)],
    figures: [recovers(utilization < 1 / 5)],
  }));
}

function outcomeCases({ four_outcomes: rows }: TriggerMetastability): ValidationCase[] {
  return rows.map(({ experiment, capacity_factor: capacity, duration_s: seconds, rho, published }) => ({
    name: `metastable-capacity/experiment-${experiment}`,
    source: OSDI,
    short: true,
    points: [triggered(rho, capacity, seconds)],
    figures: [recovers(published === 'recovers')],
  }));
}

/** The designs and settings of the published mitigations; of those that have an outcome. */
const MITIGATIONS: Readonly<Record<string, Omit<Point, 'scenario'>>> = {
  '4 retries (base)': {},
  'no retries': { design: 'no-retries' },
  '1 retry': { design: 'one-retry' },
  'retry budget 10% (token bucket cap 100)': { design: 'budget-10' },
  'retry budget 20%': { design: 'budget-20' },
  'cancel timed-out work in queue': { set: { 'world.services.store.cancellation': 'queued' } },
  LIFO: { set: { 'world.services.store.queue.discipline': 'lifo' } },
  'full jitter 1 s..30 s': { design: 'jitter-30s' },
  'queue cap 2000 (2 s < timeout), fast reject': {
    set: { 'world.services.store.queue.limit': 2000, 'world.services.store.queue.overflow': 'refuse' },
  },
};

function mitigationCases({ mitigations }: TriggerMetastability): ValidationCase[] {
  return mitigations.flatMap(({ policy, expect }): ValidationCase[] => {
    if (expect === null) return [];
    const stuck = policy === '4 retries (base)';
    return [
      {
        name: `metastable-mitigations/${policy
          .replace(/[^A-Za-z0-9]+/g, '-')
          .replace(/-$/, '')
          .toLowerCase()}`,
        source: OSDI,
        short: false,
        points: [{ scenario: 'metastable-mitigations', timeline: 18, ...MITIGATIONS[policy] }],
        figures: [
          recovers(expect === 1),
          ...(stuck
            ? [
                rate('attempts a second, long after', 'dispatches:store', 100, 180, inside(2500, 0.01)),
                rate('served a second, long after', 'served', 90, 180, { kind: 'below', bound: 1 }),
                growth('store', 100, 180, inside(1500, 0.03)),
              ]
            : []),
        ],
      },
    ];
  });
}

// --- a bounded queue -------------------------------------------------------------------------------------------------

/**
 * At 8 a second about one run in thirty recovers within forty minutes; the published 20 had none. So near the boundary
 * chance decides about single runs, and the share of many is judged.
 */
const EDGE = 8;

function seldomRecovers(): Figure {
  return {
    ...recovers(false),
    name: 'share of the runs that recover',
    unit: 'share',
    gate: { kind: 'below', bound: 0.2 },
  };
}

/** Columns of the published series. */
const ATTEMPTS = 2;

function boundedQueueCases({ des }: BoundedQueueMetastability): ValidationCase[] {
  return des.rows.flatMap(({ lam, recovered, reps, series }): ValidationCase[] => {
    // In between it recovers in some runs and not in others; at 6 within the time or a little later.
    if ((recovered !== 0 && recovered !== reps) || lam === 6) return [];
    const later = series.filter(([from]) => from >= 1000 && from < 2000);
    const attempts = later.reduce((sum, row) => sum + row[ATTEMPTS], 0) / later.length;
    return [
      {
        name: `metastable-bounded-queue/at-${lam}`,
        source: FORMAL,
        short: lam === 9,
        points: [
          {
            scenario: 'metastable-bounded-queue',
            set: {
              'world.traffic.clients.arrivals': { poisson: `${lam}/s` },
              ...(lam === EDGE ? { replications: 40, duration: '2000s' } : {}),
            },
            timeline: lam === EDGE ? 40 : 60,
          },
        ],
        figures: [
          lam === EDGE ? seldomRecovers() : recovers(recovered === reps),
          // Where it recovers, a few runs take some time for that.
          recovered === reps
            ? rate('attempts a second, at the end', 'dispatches:server', 2500, 3000, inside(lam, 0.05))
            : rate('attempts a second, after it', 'dispatches:server', 1000, 2000, within(attempts, 0.05 * attempts)),
        ],
      },
    ];
  });
}

const ORBIT_FIGURES: readonly {
  readonly name: string;
  readonly unit?: 's';
  readonly known: keyof OrbitRow;
  readonly of: keyof OrbitQueueMeans;
}[] = [
  { name: 'mean queue', known: 'mean_queue', of: 'queue' },
  { name: 'mean orbit', known: 'mean_orbit', of: 'orbit' },
  { name: 'P(at nine tenths or more)', known: 'P_q_ge_90pct', of: 'high' },
  { name: 'P(below a tenth)', known: 'P_q_lt_10pct', of: 'low' },
  { name: 'mean time from full to empty', unit: 's', known: 'time_to_drain', of: 'drain' },
  { name: 'mean time from full to a tenth', unit: 's', known: 'mean_time_full_to_q_lt_10pct', of: 'fullToLow' },
  { name: 'mean time from empty to nine tenths', unit: 's', known: 'mean_time_empty_to_q_ge_90pct', of: 'emptyToHigh' },
];

/** Published to six digits; what is rarer than this, or takes longer, has fewer: it was solved by subtraction. */
const RAREST = 1e-9;

/** The published Markov chain of the same queue with an orbit: solved, not simulated, since it is no world of requests. */
function orbitCases({ ctmc: { rows } }: BoundedQueueMetastability): ValidationCase[] {
  return rows.map((row) => {
    const { lam, mu, K, orbit, timeout, retries, alpha } = row;
    const model = { arrivals: lam, service: mu, queue: K, orbit, timeout, retries, alpha };
    const published = ORBIT_FIGURES.filter(({ known }) => row[known] > RAREST && row[known] < 0.01 / RAREST);
    let solved: OrbitQueueMeans | undefined;
    return {
      name: `orbit-queue/at-${lam}-with-${retries}-retries-after-${timeout}s`,
      source: `${FORMAL}, the Markov chain, solved`,
      short: lam === 9.5,
      points: [],
      figures: published.map(({ name, unit, known, of }): Figure => ({
        name,
        ...(unit === undefined ? {} : { unit }),
        gate: within(row[known], 1e-6 * row[known]),
        values: () => [(solved ??= orbitQueue(model))[of]],
      })),
    };
  });
}

/** Near full load it falls over by itself, with no trigger at all. */
function spontaneousCase(): ValidationCase {
  return {
    name: 'metastable-bounded-queue/falls-over-by-itself-at-9.7',
    source: FORMAL,
    short: false,
    points: [
      {
        scenario: 'metastable-bounded-queue',
        set: { 'world.traffic.clients.arrivals': { poisson: '9.7/s' }, 'world.faults': [], duration: '4500s' },
        timeline: 90,
      },
    ],
    figures: [
      {
        name: 'share served from 2000 s on',
        unit: 'share',
        gate: { kind: 'below', bound: 0.5 },
        values: ([runs]) =>
          runs.map((run) => meanBetween(run, 'served', 2000, 4500) / meanBetween(run, 'offered', 2000, 4500)),
      },
    ],
  };
}

export function metastableCases(
  hotos: RetryMetastability,
  osdi: TriggerMetastability,
  bounded: BoundedQueueMetastability,
): ValidationCase[] {
  return [
    ...retryCases(hotos),
    ...boundaryCases(osdi),
    ...outcomeCases(osdi),
    ...noisyOutcomeCases(osdi),
    ...lowestCases(),
    ...mitigationCases(osdi),
    ...boundedQueueCases(bounded),
    spontaneousCase(),
    ...orbitCases(bounded),
  ];
}
