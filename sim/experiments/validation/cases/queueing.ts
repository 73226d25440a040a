import type { Figure, Point, ValidationCase } from '../case.ts';
import { inside, ofOne } from '../case.ts';
import {
  dm1,
  erlangA,
  erlangB,
  md1WaitQuantile,
  mg1,
  mg1SharedResponse,
  mmc,
  mmck,
  mmcResponseQuantile,
  mmcWaitQuantile,
} from '../closed-forms/index.ts';
import type { Gate } from '../gate.ts';
import type { QueueMeans } from '../closed-forms/index.ts';
import type { Observation } from '../observation.ts';
import { atLeast, levelVariance, queueLength, refused, responseMs, utilization, waited, waitMs } from './figures.ts';

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
function meansOf(known: QueueMeans, caps: Caps, servers = 1): Figure[] {
  return [
    { name: 'mean response', unit: 'ms', gate: inside(known.response, caps.mean), values: ofOne(responseMs) },
    { name: 'mean wait', unit: 'ms', gate: inside(known.wait, 1.6 * caps.mean), values: ofOne(waitMs) },
    { name: 'share that waits', unit: 'share', gate: inside(known.waits, caps.share), values: ofOne(waited) },
    { name: 'mean queue', gate: inside(known.waiting, 2 * caps.mean), values: ofOne(queueLength('desk')) },
    {
      name: 'mean in the system',
      gate: inside(known.present, 1.6 * caps.mean),
      values: ofOne(present(servers)),
    },
    {
      name: 'utilization',
      unit: 'share',
      gate: inside(known.utilization, caps.share),
      values: ofOne(utilization('desk')),
    },
  ];
}

/** Mean number of jobs that wait or are served. */
const present =
  (servers: number) =>
  (run: Observation): number =>
    queueLength('desk')(run) + servers * utilization('desk')(run);

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

/** How often the number in the system is looked at: far more often than it forgets. */
const LOOKS = 20_000;

/** Longer runs where queues are longer: what is left to chance shrinks with the square of what is left of the load. */
const MMC: readonly QueueRow[] = [
  { load: 0.8, servers: 1, caps: { mean: 0.02, tail: 0.05, share: 0.01 }, set: { duration: '400s' } },
  { load: 0.9, servers: 1, caps: { mean: 0.025, tail: 0.06, share: 0.01 }, set: { duration: '700s' } },
  { load: 0.95, servers: 1, caps: { mean: 0.05, tail: 0.12, share: 0.01 }, set: { duration: '800s', warmup: '60s' } },
  { load: 0.99, servers: 1, caps: { mean: 0.2, tail: 0.25, share: 0.01 }, set: { duration: '1700s', warmup: '200s' } },
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
        ...(servers > 1 ? {} : { looks: LOOKS }),
      },
    ],
    figures: [
      ...meansOf(known, caps, servers),
      responseQuantile('median response', at(0.5), caps.mean, 'p50'),
      responseQuantile('90th percentile of the response', at(0.9), caps.tail, 'p90'),
      responseQuantile('99th percentile of the response', at(0.99), caps.tail, 'p99'),
      // At 99 % of one server a run is too short for rarer things: the queue comes back to itself but a few times in it.
      ...(load < 0.99
        ? [responseQuantile('99.9th percentile of the response', at(0.999), 1.6 * caps.tail, 'p999')]
        : []),
      waitP99(waitAt99, 1.5 * caps.tail),
      ...(servers > 1 ? [] : geometricLevels(load, caps)),
    ],
  };
}

/** How many are in an M/M/1 system: geometric. */
function geometricLevels(load: number, caps: Caps): Figure[] {
  const tenOrMore = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce((share) => share * load, 1);
  const variance = load / ((1 - load) * (1 - load));
  return [
    {
      name: 'share of the time with ten or more in it',
      unit: 'share',
      gate: inside(tenOrMore, Math.min(2 * caps.tail, 0.05 + caps.share / (1 - load) / 5)),
      values: ofOne(atLeast(10)),
    },
    { name: 'variance of the number in it', gate: inside(variance, 3 * caps.tail), values: ofOne(levelVariance) },
  ];
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
      ...meansOf(known, { mean, tail: 2 * mean, share: 0.01 }, servers),
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
      {
        name: 'served a second',
        unit: '/s',
        gate: inside(3000 * (1 - erlangB(5, 3)), 0.01),
        values: ofOne(({ figures }) => figures.goodputPerSecond),
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
  if (cv2 === 0) {
    const known = md1WaitQuantile(load, 0.99);
    figures.push(waitP99(known, caps.tail));
    figures.push(responseQuantile('99th percentile of the response', known + 1, caps.tail, 'p99'));
  }
  return {
    name: `mg1/${what}-at-${load}`,
    source: POLLACZEK,
    short: false,
    points: [{ scenario: 'mg1', set: { ...poisson(load), 'world.services.desk.serviceTime': serviceTime, ...set } }],
    figures,
  };
}

/** Without a third moment of services the mean wait has no interval; how often there is one does. */
function heavyTailCase(): ValidationCase {
  const load = 0.7;
  const serviceTime = { pareto: { alpha: 2.5, min: '0.6ms', max: '1h' } };
  const known = meansOf(mg1(load, 1, 0.8), { mean: 1, tail: 1, share: 0.01 });
  return {
    name: `mg1/pareto-at-${load}`,
    source: POLLACZEK,
    short: false,
    points: [{ scenario: 'mg1', set: { ...poisson(load), 'world.services.desk.serviceTime': serviceTime } }],
    figures: known.filter(({ name }) => name === 'utilization' || name === 'share that waits'),
  };
}

interface ImpatientRow {
  readonly servers: number;
  readonly arrivals: number;
  /** Rate at which one who waits leaves, in services. */
  readonly impatience: number;
  readonly duration: string;
}

const IMPATIENT: readonly ImpatientRow[] = [
  { servers: 50, arrivals: 50, impatience: 0.5, duration: '50s' },
  { servers: 100, arrivals: 110, impatience: 0.2, duration: '40s' },
  { servers: 10, arrivals: 9, impatience: 1, duration: '60s' },
];

/** Services of 10 ms. Who hangs up in service has not left: the work is finished. */
function impatientCase({ servers, arrivals, impatience, duration }: ImpatientRow): ValidationCase {
  const known = erlangA(arrivals, 1, servers, impatience);
  const set = {
    duration,
    warmup: '2s',
    'world.services.desk.concurrency': servers,
    'world.traffic.callers.arrivals': { poisson: `${arrivals * 100}/s` },
    'world.traffic.callers.patience': { exponential: `${10 / impatience}ms` },
  };
  const carriedOut = ({ figures }: Observation): number =>
    figures.outcomes.served + figures.services['desk'].lateEffects;
  return {
    name: `erlang-a/${servers}-servers-at-${arrivals / servers}`,
    source: 'Garnett, Mandelbaum and Reiman, MSOM 4(3), 2002 (Erlang A)',
    short: servers === 10,
    points: [{ scenario: 'erlang-a', set, looks: LOOKS }],
    figures: [
      {
        name: 'share that leaves unserved',
        unit: 'share',
        gate: inside(known.abandoned, 0.04),
        values: ofOne((run) => 1 - carriedOut(run) / run.figures.offered),
      },
      {
        name: 'share of the time with all servers busy',
        unit: 'share',
        gate: inside(known.waits, 0.02),
        values: ofOne(atLeast(servers)),
      },
      { name: 'mean queue', gate: inside(known.waiting, 0.04), values: ofOne(queueLength('desk')) },
      { name: 'mean in the system', gate: inside(known.present, 0.02), values: ofOne(present(servers)) },
      {
        name: 'mean wait, of all',
        unit: 'ms',
        gate: inside((10 * known.waiting) / arrivals, 0.04),
        values: ofOne((run) => (queueLength('desk')(run) * 10) / arrivals),
      },
      {
        name: 'finished a second',
        unit: '/s',
        gate: inside(100 * known.throughput, 0.01),
        values: ofOne((run) => (carriedOut(run) / run.figures.offered) * arrivals * 100),
      },
      {
        name: 'utilization',
        unit: 'share',
        gate: inside(known.utilization, 0.01),
        values: ofOne(utilization('desk')),
      },
    ],
  };
}

/** Jobs of a size (in mean services), and how many of all. */
interface Size {
  readonly name: string;
  readonly size: number;
  readonly share: number;
}

/** A mean size of 1 either way. */
const MIXES: readonly (readonly Size[])[] = [
  [{ name: 'middling', size: 1, share: 1 }],
  [
    { name: 'short', size: 0.1, share: 4 / 4.9 },
    { name: 'long', size: 5, share: 0.9 / 4.9 },
  ],
];

/**
 * In slices of a fiftieth of a mean service, which is processor sharing but for half a slice: who finds the processor busy
 * waits for half a slice of another, where sharing would have it wait for a whole one.
 */
const SLICE = 0.02;
/** Slots of the services that the jobs of a size come in by: as many as there are jobs of it. */
const PLACES = 1000;

function sharedProcessorCase(mix: readonly Size[]): ValidationCase {
  const load = 0.5;
  const traffic = mix.map(({ name, share }) => ({
    name: `${name}-jobs`,
    to: name,
    arrivals: { poisson: `${(1000 * load * share).toFixed(6)}/s` },
  }));
  const numberOf =
    (name: string) =>
    ({ figures }: Observation): number =>
      PLACES * figures.services[name].utilization;
  const known = mg1SharedResponse(load, 1);
  const cap = mix.length === 1 ? 0.02 : 0.045;
  const nearly = (response: number): Gate => ({
    kind: 'meets',
    low: response - (load * SLICE) / 2,
    high: response,
    cap,
  });
  return {
    name: `processor-sharing/${mix.length === 1 ? 'one-size' : 'two-sizes'}-at-${load}`,
    source: 'M/G/1 processor sharing; Kleinrock, Queueing Systems 2, 1976, ch. 4',
    short: false,
    points: [{ scenario: 'processor-sharing', set: { 'world.traffic': traffic } }],
    figures: [
      { name: 'mean response', unit: 'ms', gate: nearly(known), values: ofOne(responseMs) },
      {
        name: 'mean in the system',
        gate: { kind: 'meets', low: load * (known - (load * SLICE) / 2), high: load * known, cap },
        values: ofOne((run) => mix.reduce((sum, { name }) => sum + numberOf(name)(run), 0)),
      },
      {
        name: 'utilization',
        unit: 'share',
        gate: inside(load, 0.02),
        values: ofOne(utilization('processor')),
      },
      ...mix.map(({ name, size, share }): Figure => ({
        name: `mean response of ${size} of a mean service`,
        unit: 'ms',
        gate: nearly(size / (1 - load)),
        values: ofOne((run) => numberOf(name)(run) / (load * share)),
      })),
    ],
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
      {
        name: 'utilization',
        unit: 'share',
        gate: inside(load, 0.01),
        values: ofOne(utilization('desk')),
      },
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
    heavyTailCase(),
    ...MIXES.map(sharedProcessorCase),
    ...IMPATIENT.map(impatientCase),
    evenArrivalsCase(0.8),
    evenArrivalsCase(0.9, { set: { duration: '600s' } }),
  ];
}
