import type { Figure, Point, ValidationCase } from '../case.ts';
import { inside, ofOne } from '../case.ts';
import { powerOfChoices, roundRobin } from '../closed-forms/index.ts';
import type { Gate } from '../gate.ts';
import { atLeast, responseMs } from './figures.ts';

/**
 * Balancers with fresh information over servers with exponential services of 100 ms. Responses are compared in units of
 * one service.
 */

/** lb-exact.json, as far as it is not recomputed here. */
export interface ExactBalancing {
  readonly exact: readonly {
    readonly case: string;
    readonly policy: string;
    readonly n: number | 'any';
    readonly lam_per_server: number;
    readonly W: number;
    readonly p99_W?: number;
  }[];
  readonly power_of_d_fixed_point: readonly {
    readonly d: number;
    readonly lam: number;
    readonly P_queue_ge: readonly number[];
  }[];
  readonly power_of_d_finite_n: readonly FiniteRow[];
}

interface FiniteRow {
  readonly n: number;
  readonly lam: number;
  readonly d: number;
  readonly with_replacement: boolean;
  readonly W: number;
  readonly se: number;
}

export const SERVICE_MS = 100;

/** Services after which one server by itself has forgotten how it began: five relaxation times. */
export function memoryOfOne(load: number): number {
  const slack = 1 - Math.sqrt(load);
  return 5 / (slack * slack);
}

/** The same of servers whose queues a balancer keeps alike. */
export function memoryOfMany(load: number): number {
  return 20 / (1 - load);
}

/**
 * A pool of so many servers at such a load. @param requests measured in each replication, after a tenth as many, and at
 * least `memory` services
 */
export function poolAt(servers: number, load: number, requests: number, memory: number): Record<string, unknown> {
  const perSecond = (servers * load * 1000) / SERVICE_MS;
  const measured = requests / perSecond;
  const warmup = Math.max(measured / 9, (memory * SERVICE_MS) / 1000);
  return {
    'world.services.pool.instances': servers,
    'world.traffic.clients.arrivals': { poisson: `${perSecond}/s` },
    warmup: `${warmup.toFixed(3)}s`,
    duration: `${(warmup + measured).toFixed(3)}s`,
  };
}

const response = (gate: Gate): ValidationCase['figures'][number] => ({
  name: 'mean response, in services',
  gate,
  values: ofOne((run) => responseMs(run) / SERVICE_MS),
});

/** Requests of each replication, more where queues are longer. */
function requestsAt(load: number): number {
  return load >= 0.95 ? 200_000 : load >= 0.9 ? 150_000 : 80_000;
}

function roundRobinCases({ exact }: ExactBalancing): ValidationCase[] {
  return exact.flatMap(({ policy, n, lam_per_server: load }) => {
    if (policy !== 'round_robin' || n === 'any') return [];
    const known = roundRobin(n, load);
    const cap = load >= 0.95 ? 0.12 : load >= 0.9 ? 0.07 : load >= 0.8 ? 0.04 : 0.02;
    // Regular arrivals are forgotten sooner: with many servers in half the time.
    const memory = ((1 + 1 / n) / 2) * memoryOfOne(load);
    return {
      name: `round-robin/${n}-servers-at-${load}`,
      source: 'an E_n/M/1 queue each; Kleinrock 1975, ch. 6',
      short: false,
      points: [{ scenario: 'round-robin', set: poolAt(n, load, requestsAt(load), memory) }],
      figures: [
        response(inside(known.response, cap)),
        {
          name: '99th percentile, in services',
          gate: inside(known.response * 4.605170185988091, 1.7 * cap),
          values: ofOne(({ figures }) => figures.latencyMs.p99 / SERVICE_MS),
        },
      ],
    };
  });
}

/** Shares of the servers that hold at least 1, 2, 3 … jobs, as far as they are more than a few in a hundred. */
function levelsOf(shares: readonly number[], gateOf: (share: number) => Gate): Figure[] {
  return shares
    .filter((share) => share > 0.05)
    .map((share, i) => ({
      name: `servers with ${i + 1} or more`,
      unit: 'share',
      gate: gateOf(share),
      values: ofOne(atLeast(i + 1)),
    }));
}

/** Moments at which the queues are looked at. */
const LOOKS = 2000;

/** Every server is an M/M/1 queue, whatever their number. */
function randomCases({ power_of_d_fixed_point: rows }: ExactBalancing): ValidationCase[] {
  const one = rows.filter(({ d }) => d === 1);
  return one.map(({ lam: load, P_queue_ge: shares }) => ({
    name: `random/10-servers-at-${load}`,
    source: 'an M/M/1 queue each',
    short: false,
    points: [
      {
        scenario: 'power-of-choices',
        design: 'random',
        set: poolAt(10, load, 150_000, memoryOfOne(load)),
        looks: LOOKS,
      },
    ],
    figures: [
      response(inside(1 / (1 - load), load >= 0.9 ? 0.1 : 0.03)),
      {
        name: '99th percentile, in services',
        gate: inside(4.605170185988091 / (1 - load), load >= 0.9 ? 0.3 : 0.05),
        values: ofOne(({ figures }) => figures.latencyMs.p99 / SERVICE_MS),
      },
      ...levelsOf(shares, (share) => inside(share, 0.05)),
    ],
  }));
}

function shortestQueueCases({ exact }: ExactBalancing): ValidationCase[] {
  return exact.flatMap(({ policy, n, lam_per_server: load, W }) => {
    if (!policy.startsWith('join_shortest_queue') || n === 'any') return [];
    const set = { ...poolAt(n, load, 100_000, memoryOfMany(load)), 'balancer.choices': 'all' };
    return {
      name: `shortest-queue/${n}-servers-at-${load}`,
      source: 'the Markov chain, solved',
      short: false,
      points: [{ scenario: 'power-of-choices', set }],
      figures: [response(inside(W, 0.025))],
    };
  });
}

const MANY = 500;
/** With so many servers the limit is left by at most this much; the error falls as 1 / servers. */
const LEFT = (load: number): number => (load >= 0.95 ? 0.005 : load >= 0.9 ? 0.003 : 0.002);

/** The limit of many servers, on five hundred of them. */
function limitCases({ power_of_d_fixed_point: rows }: ExactBalancing): ValidationCase[] {
  const choices = rows.filter(({ d, lam }) => d > 1 && lam < 0.99);
  return choices.map(({ d, lam: load, P_queue_ge: shares }) => {
    const limit = powerOfChoices(d, load);
    const set = { ...poolAt(MANY, load, 100_000, memoryOfMany(load)), 'balancer.choices': d, replications: 10 };
    return {
      name: `power-of-choices/limit-${d}-choices-at-${load}`,
      source: 'Vvedenskaya et al. 1996; Mitzenmacher, TPDS 12(10), 2001',
      short: d === 2 && load === 0.7,
      points: [{ scenario: 'power-of-choices', set, looks: LOOKS / 10 }],
      figures: [
        response({ kind: 'meets', low: limit, high: limit * (1 + LEFT(load)), cap: load >= 0.9 ? 0.05 : 0.02 }),
        ...levelsOf(shares, (share) => ({
          kind: 'meets',
          low: share,
          high: share * 1.02,
          cap: load >= 0.95 ? 0.3 : load >= 0.9 ? 0.2 : 0.1,
        })),
      ],
    };
  });
}

/** At 99 % a hundred servers are still up to a tenth from the limit, as published. */
function fullLimitCases({ power_of_d_fixed_point: rows }: ExactBalancing): ValidationCase[] {
  const full = rows.filter(({ d, lam }) => d > 1 && lam >= 0.99);
  return full.map(({ d, lam: load }) => {
    const limit = powerOfChoices(d, load);
    return {
      name: `power-of-choices/limit-${d}-choices-at-${load}`,
      source: 'Vvedenskaya et al. 1996; Mitzenmacher, TPDS 12(10), 2001',
      short: false,
      points: [finitePoint(100, load, d, false)],
      figures: [response({ kind: 'meets', low: limit, high: limit * 1.1, cap: 0.2 })],
    };
  });
}

function finitePoint(servers: number, load: number, choices: number, replacement: boolean): Point {
  const set = {
    ...poolAt(servers, load, requestsAt(load), memoryOfMany(load)),
    replications: 10,
    'balancer.choices': choices,
    'balancer.replacement': replacement,
  };
  return { scenario: 'power-of-choices', set };
}

/** Few servers, against simulations of the same model. */
function finiteCases({ power_of_d_finite_n: rows }: ExactBalancing): ValidationCase[] {
  const seen = new Set<string>();
  return rows.flatMap((row): ValidationCase[] => {
    const { n, lam: load, d, with_replacement: replacement, W, se } = row;
    const name = `power-of-choices/${n}-servers-${d}-choices-${replacement ? 'repeated' : 'distinct'}-at-${load}`;
    if (seen.has(name)) return [];
    seen.add(name);
    const points = [finitePoint(n, load, d, replacement)];
    const source = 'Mitzenmacher, TPDS 12(10), 2001; simulated';
    // Ten servers that are full hardly forget within any run that is affordable: that two choices are better is certain.
    if (n === 10 && load >= 0.99) {
      return [{ name, source, short: false, points, figures: [response({ kind: 'below', bound: 1 / (1 - load) })] }];
    }
    const cap = load >= 0.99 ? 0.2 : load >= 0.95 ? 0.08 : load >= 0.9 ? 0.04 : load >= 0.8 ? 0.025 : 0.015;
    return [{ name, source, short: false, points, figures: [response(inside(W, cap, se))] }];
  });
}

export function balancingCases(results: ExactBalancing): ValidationCase[] {
  return [
    ...randomCases(results),
    ...roundRobinCases(results),
    ...shortestQueueCases(results),
    ...limitCases(results),
    ...fullLimitCases(results),
    ...finiteCases(results),
  ];
}
