import type { Figure, ValidationCase } from '../case.ts';
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
    readonly expected_by_second: readonly { readonly second: number; readonly backend_qps: number }[];
  };
  readonly brooker_policies: {
    readonly runs: readonly { readonly T: number; readonly f: number; readonly policy: string }[];
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
function saturationCases({ sre_cascade: { params } }: RetryAmplification): ValidationCase[] {
  const { capacity_qps: capacity, offered_qps: offered } = params;
  return [2, 3].map((tries) => ({
    name: `retry-cascade/saturated-with-${tries}-tries`,
    source: SRE,
    short: false,
    points: [
      {
        scenario: 'retry-cascade',
        timeline: 100,
        set: {
          duration: '100s',
          replications: 10,
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
        gate: inside(saturatedByRetries(capacity, offered, tries), 0.025),
        values: ofOne((run) => rateBetween(run, 'dispatches:backend', 40, 100)),
      },
    ],
  }));
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

export function retryCases(results: RetryAmplification): ValidationCase[] {
  return [
    ...layerCases(results),
    ...chainCases(),
    cascadeCase(results),
    ...saturationCases(results),
    ...tokenCases(results),
  ];
}
