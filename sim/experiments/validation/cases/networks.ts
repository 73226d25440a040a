import type { Figure, ValidationCase } from '../case.ts';
import { inside, ofOne } from '../case.ts';
import {
  closedNetwork,
  fastestOf,
  forkJoinOfTwo,
  slowestOf,
  tandemQuantile,
  tandemResponse,
} from '../closed-forms/index.ts';
import { responseMs, utilization } from './figures.ts';

/** Services that call services: in a row, side by side, in a circle. Rates a millisecond. */

const STATIONS = ['first', 'second', 'third'];

function tandemCase(arrivals: number, services: readonly number[], cap: number, duration: string): ValidationCase {
  const set = {
    duration,
    'world.traffic.users.arrivals': { poisson: `${arrivals * 1000}/s` },
    ...Object.fromEntries(
      STATIONS.map((name, i) => [
        `world.services.${name}.serviceTime`,
        { exponential: `${(1 / services[i]).toFixed(6)}ms` },
      ]),
    ),
  };
  return {
    name: `tandem/${services.join('-')}-at-${arrivals}`,
    source: 'Jackson 1957',
    short: false,
    points: [{ scenario: 'tandem', set }],
    figures: [
      {
        name: 'mean response',
        unit: 'ms',
        gate: inside(tandemResponse(arrivals, services), cap),
        values: ofOne(responseMs),
      },
      {
        name: '99th percentile of the response',
        unit: 'ms',
        gate: inside(tandemQuantile(arrivals, services, 0.99), 2 * cap),
        values: ofOne(({ figures }) => figures.latencyMs.p99),
      },
      ...STATIONS.map((name, i): Figure => ({
        name: `utilization of the ${name} station`,
        unit: 'share',
        gate: inside(arrivals / services[i], 0.01),
        values: ofOne(utilization(name)),
      })),
    ],
  };
}

const LEAF_MS = 6;

/** Three leaves side by side, and which of them count. */
const FAN_OUTS: readonly { readonly what: string; readonly stage: Record<string, unknown>; readonly known: number }[] =
  [
    { what: 'all-of-3', stage: { all: [{ to: 'leaf', times: 3 }] }, known: slowestOf(3, LEAF_MS) },
    { what: 'first-of-3', stage: { first: [{ to: 'leaf', times: 3 }] }, known: fastestOf(3, LEAF_MS) },
    // The second of three: a third and a half of a service.
    { what: '2-of-3', stage: { of: [{ to: 'leaf', times: 3 }], quorum: 2 }, known: LEAF_MS * (1 / 3 + 1 / 2) },
  ];

function fanOutCases(): ValidationCase[] {
  return FAN_OUTS.map(({ what, stage, known }) => ({
    name: `fan-out/${what}`,
    source: 'order statistics of exponentials',
    short: what === 'all-of-3',
    points: [{ scenario: 'fan-out', set: { duration: '41s', 'world.services.front.calls': [stage] } }],
    figures: [{ name: 'mean response', unit: 'ms', gate: inside(known, 0.01), values: ofOne(responseMs) }],
  }));
}

function forkJoinCase(): ValidationCase {
  return {
    name: 'fork-join/2-queues-at-0.7',
    source: 'Flatto and Hahn 1984; Nelson and Tantawi 1988',
    short: false,
    points: [{ scenario: 'fork-join' }],
    figures: [
      { name: 'mean response', unit: 'ms', gate: inside(forkJoinOfTwo(0.7, 1), 0.03), values: ofOne(responseMs) },
    ],
  };
}

function closedLoopCases(): ValidationCase[] {
  return [1, 10, 20].map((clients) => {
    const known = closedNetwork(clients, 20, [1, 2]);
    return {
      name: `closed-loop/${clients}-clients`,
      source: 'mean value analysis; Reiser and Lavenberg 1980',
      short: clients === 10,
      points: [{ scenario: 'closed-loop', set: { 'world.traffic.users.clients': clients, duration: '150s' } }],
      figures: [
        {
          name: 'served a second',
          unit: '/s',
          gate: inside(1000 * known.throughput, 0.02),
          values: ofOne(({ figures }) => figures.goodputPerSecond),
        },
        { name: 'mean response', unit: 'ms', gate: inside(known.response, 0.03), values: ofOne(responseMs) },
      ],
    };
  });
}

export function networkCases(): ValidationCase[] {
  return [
    tandemCase(0.7, [1, 1, 1], 0.02, '150s'),
    tandemCase(8, [10, 9, 12], 0.05, '60s'),
    ...fanOutCases(),
    forkJoinCase(),
    ...closedLoopCases(),
  ];
}
