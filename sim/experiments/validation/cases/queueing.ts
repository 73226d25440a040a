import type { Figure, Point, ValidationCase } from '../case.ts';
import { inside, ofOne } from '../case.ts';
import {
  dm1,
  erlangB,
  md1WaitQuantile,
  mg1,
  mmc,
  mmck,
  mmcResponseQuantile,
  mmcWaitQuantile,
} from '../closed-forms/index.ts';
import type { QueueMeans } from '../closed-forms/index.ts';
import { queueLength, refused, responseMs, utilization, waited, waitMs } from './figures.ts';

/**
 * One service, one queue: models of queueing theory. All services take 1 ms on average, so that milliseconds are mean
 * services and the load of a server is its arrivals a millisecond.
 */

const BIRTH_DEATH = 'Kleinrock, Queueing Systems 1, 1975, ch. 3';
const POLLACZEK = 'Pollaczek-Khinchine; Kleinrock 1975, ch. 5';
const GENERAL_ARRIVALS = 'Kleinrock 1975, ch. 6 (G/M/1)';

const rate = (perMs: number): string => `${perMs * 1000}/s`;
const poisson = (perMs: number): Record<string, unknown> => ({
  'world.traffic.callers.arrivals': { poisson: rate(perMs) },
});

/** How wide an interval may be: of means, and of what lies in the tail. */
interface Caps {
  readonly mean: number;
  readonly tail: number;
  readonly share: number;
}

/** The figures that every queue has. */
function meansOf(known: QueueMeans, caps: Caps): Figure[] {
  return [
    { name: 'mean response', unit: 'ms', gate: inside(known.response, caps.mean), values: ofOne(responseMs) },
    { name: 'mean wait', unit: 'ms', gate: inside(known.wait, 1.6 * caps.mean), values: ofOne(waitMs) },
    { name: 'share that waits', unit: 'share', gate: inside(known.waits, caps.share), values: ofOne(waited) },
    { name: 'mean queue', gate: inside(known.waiting, 2 * caps.mean), values: ofOne(queueLength('desk')) },
    {
      name: 'utilization',
      unit: 'share',
      gate: inside(known.utilization, caps.share),
      values: ofOne(utilization('desk')),
    },
  ];
}

function responseQuantile(name: string, expected: number, cap: number, at: 'p50' | 'p90' | 'p99' | 'p999'): Figure {
  return {
    name,
    unit: 'ms',
    gate: inside(expected, cap),
    values: ofOne(({ figures }) => figures.latencyMs[at]),
  };
}

function waitP99(expected: number, cap: number): Figure {
  return {
    name: '99th percentile of the wait',
    unit: 'ms',
    gate: inside(expected, cap),
    values: ofOne(({ figures }) => figures.waitMs.p99),
  };
}

interface QueueRow {
  readonly load: number;
  readonly servers: number;
  readonly caps: Caps;
  readonly short?: boolean;
  readonly set?: Readonly<Record<string, unknown>>;
}

/** Longer runs where queues are longer: what is left to chance shrinks with the square of what is left of the load. */
const MMC: readonly QueueRow[] = [
  { load: 0.8, servers: 1, caps: { mean: 0.025, tail: 0.05, share: 0.01 }, set: { duration: '400s' } },
  { load: 0.9, servers: 1, caps: { mean: 0.04, tail: 0.08, share: 0.01 }, set: { duration: '600s' } },
  { load: 0.95, servers: 1, caps: { mean: 0.07, tail: 0.15, share: 0.01 }, set: { duration: '800s', warmup: '60s' } },
  { load: 0.99, servers: 1, caps: { mean: 0.2, tail: 0.3, share: 0.01 }, set: { duration: '1700s', warmup: '200s' } },
  {
    load: 0.5,
    servers: 3,
    caps: { mean: 0.02, tail: 0.04, share: 0.02 },
    set: { duration: '50s', warmup: '5s' },
    short: true,
  },
  { load: 0.9, servers: 5, caps: { mean: 0.04, tail: 0.08, share: 0.02 }, set: { duration: '100s', warmup: '10s' } },
  { load: 0.7, servers: 10, caps: { mean: 0.02, tail: 0.04, share: 0.04 }, set: { duration: '60s', warmup: '6s' } },
  { load: 0.9, servers: 10, caps: { mean: 0.04, tail: 0.08, share: 0.02 }, set: { duration: '60s', warmup: '6s' } },
  { load: 0.95, servers: 50, caps: { mean: 0.04, tail: 0.1, share: 0.04 }, set: { duration: '25s', warmup: '4s' } },
];

function mmcCase({ load, servers, caps, short = false, set }: QueueRow): ValidationCase {
  const arrivals = load * servers;
  const known = mmc(arrivals, 1, servers);
  const at = (q: number): number => mmcResponseQuantile(arrivals, 1, servers, q);
  const waitAt99 = mmcWaitQuantile(arrivals, 1, servers, 0.99);
  return {
    name: `mmc/${servers}-servers-at-${load}`,
    source: `${BIRTH_DEATH} (Erlang C)`,
    short,
    points: [
      {
        scenario: 'mmc',
        set: { ...poisson(arrivals), 'world.services.desk.concurrency': servers, ...set },
      },
    ],
    figures: [
      ...meansOf(known, caps),
      responseQuantile('median response', at(0.5), caps.mean, 'p50'),
      responseQuantile('90th percentile of the response', at(0.9), caps.tail, 'p90'),
      responseQuantile('99th percentile of the response', at(0.99), caps.tail, 'p99'),
      // A run is too short for rarer things where the queue comes back to itself but a few times in it.
      ...(load < 0.95 || servers > 1
        ? [responseQuantile('99.9th percentile of the response', at(0.999), 1.6 * caps.tail, 'p999')]
        : []),
      waitP99(waitAt99, 1.5 * caps.tail),
    ],
  };
}

interface BoundedRow {
  readonly arrivals: number;
  readonly servers: number;
  readonly places: number;
  readonly blockedCap: number;
  readonly short?: boolean;
  readonly set?: Readonly<Record<string, unknown>>;
}

const MMCK: readonly BoundedRow[] = [
  { arrivals: 1.2, servers: 1, places: 10, blockedCap: 0.025, short: true, set: { duration: '60s', warmup: '6s' } },
  // Three in ten thousand are refused, in bursts.
  { arrivals: 0.95, servers: 1, places: 100, blockedCap: 0.35, set: { duration: '800s', warmup: '50s' } },
  { arrivals: 11, servers: 10, places: 20, blockedCap: 0.02, set: { duration: '25s', warmup: '3s' } },
];

function boundedCase({ arrivals, servers, places, blockedCap, short = false, set }: BoundedRow): ValidationCase {
  const known = mmck(arrivals, 1, servers, places);
  const mean = places === 100 ? 0.05 : 0.02;
  return {
    name: `mmck/${servers}-servers-${places}-places-at-${arrivals / servers}`,
    source: BIRTH_DEATH,
    short,
    points: [
      {
        scenario: 'mmck',
        set: {
          ...poisson(arrivals),
          'world.services.desk.concurrency': servers,
          'world.services.desk.queue.limit': places - servers,
          ...set,
        },
      },
    ],
    figures: [
      { name: 'share refused', unit: 'share', gate: inside(known.blocked, blockedCap), values: ofOne(refused) },
      ...meansOf(known, { mean, tail: 2 * mean, share: 0.01 }),
      responseQuantile('99th percentile of the response', known.responseP99, 2 * mean, 'p99'),
      {
        name: 'served a second',
        unit: '/s',
        gate: inside(known.throughput * 1000, 0.01),
        values: ofOne(({ figures }) => figures.goodputPerSecond),
      },
    ],
  };
}

/** Erlang's loss does not depend on the distribution of services, only on their mean. */
const LOSS: readonly { readonly what: string; readonly serviceTime: unknown }[] = [
  { what: 'exponential', serviceTime: { exponential: '1ms' } },
  { what: 'deterministic', serviceTime: '1ms' },
  { what: 'hyperexponential', serviceTime: { hyperexponential: { mean: '1ms', cv2: 4 } } },
];

function lossCases(): ValidationCase[] {
  return LOSS.map(({ what, serviceTime }) => ({
    name: `erlang-b/5-servers-3-erlangs-${what}`,
    source: `Erlang 1917; ${BIRTH_DEATH} (Erlang B)`,
    short: false,
    points: [{ scenario: 'erlang-b', set: { 'world.services.desk.serviceTime': serviceTime } }],
    figures: [
      { name: 'share refused', unit: 'share', gate: inside(erlangB(5, 3), 0.025), values: ofOne(refused) },
      {
        name: 'utilization',
        unit: 'share',
        gate: inside((3 * (1 - erlangB(5, 3))) / 5, 0.01),
        values: ofOne(utilization('desk')),
      },
    ],
  }));
}

interface GeneralServiceRow {
  readonly what: string;
  readonly load: number;
  readonly cv2: number;
  readonly serviceTime: unknown;
  readonly caps: Caps;
  readonly set?: Readonly<Record<string, unknown>>;
}

/** Mean 1 ms and variance 4 of it squared, on the logarithm of nanoseconds. */
const LOGNORMAL = { mu: 13.815510557964274 - 0.8047189562170501, sigma: 1.2686362411795196 };

const MG1: readonly GeneralServiceRow[] = [
  {
    what: 'deterministic',
    load: 0.8,
    cv2: 0,
    serviceTime: '1ms',
    caps: { mean: 0.02, tail: 0.04, share: 0.01 },
    set: { duration: '150s' },
  },
  {
    what: 'erlang-4',
    load: 0.8,
    cv2: 0.25,
    serviceTime: { erlang: { k: 4, mean: '1ms' } },
    caps: { mean: 0.02, tail: 0.04, share: 0.01 },
  },
  {
    what: 'hyperexponential',
    load: 0.8,
    cv2: 4,
    serviceTime: { hyperexponential: { mean: '1ms', cv2: 4 } },
    caps: { mean: 0.05, tail: 0.08, share: 0.01 },
    set: { duration: '400s' },
  },
  {
    what: 'lognormal',
    load: 0.7,
    cv2: 4,
    serviceTime: { lognormal: LOGNORMAL },
    caps: { mean: 0.05, tail: 0.1, share: 0.01 },
    set: { duration: '400s' },
  },
];

function generalServiceCase({ what, load, cv2, serviceTime, caps, set }: GeneralServiceRow): ValidationCase {
  const figures = meansOf(mg1(load, 1, cv2), caps);
  if (cv2 === 0) figures.push(waitP99(md1WaitQuantile(load, 0.99), caps.tail));
  return {
    name: `mg1/${what}-at-${load}`,
    source: POLLACZEK,
    short: false,
    points: [{ scenario: 'mg1', set: { ...poisson(load), 'world.services.desk.serviceTime': serviceTime, ...set } }],
    figures,
  };
}

function evenArrivalsCase(load: number, point: Omit<Point, 'scenario'> = {}): ValidationCase {
  const known = dm1(load, 1);
  const arrivals = { 'world.traffic.callers.arrivals': { deterministic: rate(load) } };
  const cap = load > 0.85 ? 0.03 : 0.02;
  return {
    name: `dm1/at-${load}`,
    source: GENERAL_ARRIVALS,
    short: false,
    points: [{ scenario: 'dm1', set: { ...arrivals, ...point.set } }],
    figures: [
      { name: 'mean response', unit: 'ms', gate: inside(known.response, cap), values: ofOne(responseMs) },
      { name: 'mean wait', unit: 'ms', gate: inside(known.wait, 1.6 * cap), values: ofOne(waitMs) },
      { name: 'share that waits', unit: 'share', gate: inside(known.waits, 0.02), values: ofOne(waited) },
      // The response of a G/M/1 queue is exponential.
      responseQuantile('99th percentile of the response', known.response * 4.605170185988091, 2 * cap, 'p99'),
    ],
  };
}

export function queueingCases(): ValidationCase[] {
  return [
    ...MMC.map(mmcCase),
    ...MMCK.map(boundedCase),
    ...lossCases(),
    ...MG1.map(generalServiceCase),
    evenArrivalsCase(0.8),
    evenArrivalsCase(0.9, { set: { duration: '600s' } }),
  ];
}
