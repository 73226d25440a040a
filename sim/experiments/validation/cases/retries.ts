import type { Figure, Point, ValidationCase } from '../case.ts';
import { inside, ofOne, within } from '../case.ts';
import { layeredRetries, retriesPaidByCalls, retriesPaidBySuccess, saturatedByRetries } from '../closed-forms/index.ts';
import type { RetryMeans } from '../closed-forms/index.ts';
import type { Gate } from '../gate.ts';
import { amplification, rateBetween, success } from './figures.ts';

/** What retries add to the load, alone, around each other, and out of budgets. */

/** retry-amplification.json */
export interface RetryAmplification {
  readonly cases: readonly { readonly layers: number; readonly retries: number; readonly p: number }[];
  readonly sre_cascade: {
    readonly params: { readonly capacity_qps: number; readonly offered_qps: number };
    readonly saturation: { readonly values: Readonly<Record<string, number>> };
    readonly expected_by_second: readonly { readonly second: number; readonly backend_qps: number }[];
  };
  readonly brooker_policies: {
    readonly runs: readonly {
      /** Length of the run, seconds. */
      readonly T: number;
      readonly f: number;
      readonly policy: string;
      readonly load_factor: number;
      readonly success: number;
      readonly calls: number;
    }[];
  };
}

const GEOMETRIC = 'the geometric series; SRE book ch. 22 (64), AWS Builders’ Library (243)';
const SRE = 'Google SRE book, ch. 22, Retries';
const BROOKER = 'M. Brooker, Fixing retries with token buckets and circuit breakers, 2022';

const LAYERS = ['outermost', 'outer', 'middle', 'inner', 'innermost'];
const DESIGNS: Readonly<Record<number, string>> = { 1: 'one-layer', 3: 'three-layers', 5: 'layered' };

/** Requests of all replications together. */
const CALLS = 200_000;

/** An interval of failures that hardly occur, or never, says nothing. */
function isMeasurable(share: number): boolean {
  return Math.min(share, 1 - share) * CALLS > 200;
}

function meansOf({ attempts, success: served }: RetryMeans): Figure[] {
  const figures: Figure[] = [
    { name: 'attempts for each call', gate: inside(attempts, 0.015), values: ofOne(amplification) },
  ];
  if (served === 0 || isMeasurable(served)) {
    figures.push({ name: 'success', unit: 'share', gate: inside(served, 0.02), values: ofOne(success) });
  }
  return figures;
}

function layerCases({ cases }: RetryAmplification): ValidationCase[] {
  return cases.map(({ layers, retries, p }) => ({
    name: `retry-layers/${layers}-layers-of-${retries}-retries-at-${p}`,
    source: GEOMETRIC,
    short: p === 1 || (layers === 3 && retries === 3 && p === 0.5),
    points: [
      {
        scenario: 'retry-layers',
        design: DESIGNS[layers],
        set: {
          'world.services.backend.errorRate': p,
          ...Object.fromEntries(LAYERS.map((name) => [`${name}.tries`, retries + 1])),
          // Where everything fails and arrivals are even, nothing is left to chance.
          ...(p === 1
            ? { 'world.traffic.users.arrivals': { deterministic: '1000/s' }, duration: '3s', replications: 2 }
            : {}),
        },
      },
    ],
    figures: meansOf(layeredRetries(layers, retries, p)),
  }));
}

/** The same in a chain of services, each of which retries its call of the next. */
function chainCases(): ValidationCase[] {
  return [0.5, 0.9, 1].map((p) => {
    const { attempts, success: served } = layeredRetries(3, 3, p);
    const even = { 'world.traffic.users.arrivals': { deterministic: '1000/s' }, duration: '3s', replications: 2 };
    return {
      name: `retry-chain/3-services-of-3-retries-at-${p}`,
      source: GEOMETRIC,
      short: p === 1,
      points: [{ scenario: 'retry-chain', set: { 'world.services.database.errorRate': p, ...(p === 1 ? even : {}) } }],
      figures: [
        {
          name: 'attempts at the database for each call',
          gate: inside(attempts, 0.015),
          values: ofOne(({ figures }) => figures.services['database'].dispatches / figures.offered),
        },
        ...(served === 0 || isMeasurable(served)
          ? [{ name: 'success', unit: 'share' as const, gate: inside(served, 0.02), values: ofOne(success) }]
          : []),
      ],
    };
  });
}

function cascadeCase({ sre_cascade: { expected_by_second: rows } }: RetryAmplification): ValidationCase {
  return {
    name: 'retry-cascade/second-by-second',
    source: SRE,
    short: true,
    points: [{ scenario: 'retry-cascade', timeline: 7 }],
    figures: rows.map(({ second, backend_qps: load }) => ({
      name: `load in second ${second}`,
      unit: '/s',
      gate: within(load, 1),
      values: ofOne((run) => rateBetween(run, 'dispatches:backend', second, second + 1)),
    })),
  };
}

/**
 * Refused at random, whatever the number of the attempt: arrivals are Poisson, and retries are spread so as not to come in
 * step. (Even arrivals find room more often than retries do.)
 */
function saturationCases({ sre_cascade: { params, saturation } }: RetryAmplification): ValidationCase[] {
  const all = Object.keys(saturation.values).map(Number);
  // Ten tries swing for so long that an interval says nothing.
  return all
    .filter((tries) => tries < 10)
    .map((tries) => {
      // Many tries take minutes to come to rest, with a load of many times the offered one: at a tenth of both.
      const many = tries > 3;
      const scale = many ? 0.1 : 1;
      const capacity = scale * params.capacity_qps;
      const offered = scale * params.offered_qps;
      const seconds = many ? 400 : 100;
      return {
        name: `retry-cascade/saturated-with-${tries}-tries`,
        source: SRE,
        short: false,
        points: [
          {
            scenario: 'retry-cascade',
            timeline: 100,
            set: {
              duration: `${seconds}s`,
              replications: 10,
              'world.services.backend.serviceTime': many ? '1ms' : '100us',
              'world.traffic.frontends.arrivals': { poisson: `${offered}/s` },
              'retries.tries': tries,
              'retries.backoff': { base: '1s', jitter: 'full' },
              'world.services.backend.queue.limit': 50,
            },
          },
        ],
        figures: [
          {
            name: 'load once it is saturated',
            unit: '/s',
            gate: inside(saturatedByRetries(capacity, offered, tries), many ? 0.06 : 0.025),
            values: ofOne((run) => rateBetween(run, 'dispatches:backend', many ? 240 : 40, seconds)),
          },
        ],
      };
    });
}

/** The scenario's design for a published policy. */
const POLICIES: Readonly<Record<string, { readonly design: string; known(failure: number): RetryMeans }>> = {
  none: { design: 'none', known: (f) => layeredRetries(1, 0, f) },
  three: { design: 'three', known: (f) => layeredRetries(1, 3, f) },
  adaptive_text: { design: 'layered', known: (f) => retriesPaidBySuccess(3, f, 0.1) },
  adaptive_code: { design: 'paid-by-calls', known: (f) => retriesPaidByCalls(f, 0.1) },
};

/** Where the demand for retries is about what the bucket pays for, its size matters and no closed form holds. */
function isSettled(policy: string, f: number): boolean {
  return policy === 'none' || policy === 'three' || f <= 0.05 || f >= 0.2;
}

function tokenCases({ brooker_policies: { runs } }: RetryAmplification): ValidationCase[] {
  return runs.flatMap(({ T, f, policy }): ValidationCase[] => {
    if (T !== 100 || f === 0 || !Object.hasOwn(POLICIES, policy) || !isSettled(policy, f)) return [];
    const { design, known } = POLICIES[policy];
    const { attempts, success: served } = known(f);
    const exact = policy === 'none' || policy === 'three';
    const gate = (value: number): Gate => (exact ? inside(value, value < 0.2 ? 0.04 : 0.02) : within(value, 0.005));
    const figures: Figure[] = [
      { name: 'attempts for each call', gate: gate(attempts), values: ofOne(amplification) },
      ...(served > 0 && !isMeasurable(served)
        ? []
        : [{ name: 'success', unit: 'share' as const, gate: gate(served), values: ofOne(success) }]),
    ];
    return [
      {
        name: `retry-tokens/${policy.replace('_', '-')}-at-${f}`,
        source: BROOKER,
        short: policy === 'adaptive_text' && f === 0.3,
        points: [{ scenario: 'retry-tokens', design, set: { 'world.services.service.errorRate': f } }],
        figures,
      },
    ];
  });
}

type TokenRun = RetryAmplification['brooker_policies']['runs'][number];

/** The scenario and design of a published policy with a memory, which counts from the first call on. */
const FROM_THE_START: Readonly<Record<string, Pick<Point, 'scenario' | 'design'>>> = {
  adaptive_text: { scenario: 'retry-tokens', design: 'layered' },
  adaptive_code: { scenario: 'retry-tokens', design: 'paid-by-calls' },
  breaker: { scenario: 'retry-breaker' },
};

/** Runs with full buckets to spend first: ten seconds, and a hundred where no closed form says what they come to. */
function startingCases({ brooker_policies: { runs } }: RetryAmplification): ValidationCase[] {
  const chosen = runs.filter(({ T, f, policy }) => {
    if (f === 0 || !Object.hasOwn(FROM_THE_START, policy)) return false;
    return T === 10 || policy === 'breaker' || !isSettled(policy, f);
  });
  return chosen.map(startingCase);
}

function startingCase({ T, f, policy, ...known }: TokenRun): ValidationCase {
  // The breaker's path depends on the first few calls: published with a margin of 0.02.
  const margin = policy === 'breaker' ? 0.02 : 0.005;
  const near = (value: number, variance: number): Gate => {
    const noise = 3.2905 * Math.sqrt(variance / known.calls);
    return within(value, margin + noise);
  };
  const { load_factor: load, success: served } = known;
  return {
    name: `retry-tokens/${policy.replace('_', '-')}-at-${f}-for-${T}s`,
    source: BROOKER,
    short: false,
    points: [
      {
        ...FROM_THE_START[policy],
        set: {
          'world.services.service.errorRate': f,
          duration: `${T}s`,
          warmup: '0s',
          replications: T === 10 ? 20 : 8,
        },
      },
    ],
    figures: [
      { name: 'attempts for each call', gate: near(load, load * (load - 1)), values: ofOne(amplification) },
      { name: 'success', unit: 'share', gate: near(served, served * (1 - served)), values: ofOne(success) },
    ],
  };
}

export function retryCases(results: RetryAmplification): ValidationCase[] {
  return [
    ...layerCases(results),
    ...chainCases(),
    cascadeCase(results),
    ...saturationCases(results),
    ...tokenCases(results),
    ...startingCases(results),
  ];
}
