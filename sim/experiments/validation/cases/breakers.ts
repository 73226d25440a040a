import type { Figure, ValidationCase } from '../case.ts';
import { inside, ofOne, within } from '../case.ts';
import { erlangB } from '../closed-forms/index.ts';
import type { Observation } from '../observation.ts';
import { success } from './figures.ts';

/** What circuit breakers cost while they probe, and what there is without any. */

/** circuit-breaker.json */
export interface CircuitBreakers {
  readonly shopify_equation: {
    readonly cases: readonly {
      readonly circuits: number;
      readonly threads: number;
      readonly half_open_timeout: number;
      readonly error_timeout: number;
      readonly expected: number;
    }[];
  };
  readonly semian_issue_244: { readonly case: { readonly h: number; readonly E: number; readonly expected: number } };
  readonly sre_thread_exhaustion: { readonly expected: { readonly served: number } };
}

/** Calls a second, to any of the stores alike, and for how long. */
const CALLS = 100;
const MEASURED_S = 6000;

/** Time spent in probes that hang until their timeout, for each of so many threads. */
function probing(timeout: number, threads: number): (run: Observation) => number {
  return ({ figures }) => (figures.services['stores'].dispatches * timeout) / MEASURED_S / threads;
}

/** Probes of one circuit follow each other after the open time, the probe itself and the wait for a call. */
function probeShare(circuits: number, timeout: number, open: number, threads: number): number {
  return (circuits * timeout) / (threads * (open + timeout + circuits / CALLS));
}

function settings(circuits: number, timeout: number, open: number): Record<string, unknown> {
  return {
    'world.services.stores.instances': circuits,
    'timeout.perTryTimeout': `${timeout}s`,
    'circuit.waitOpen': `${open}s`,
  };
}

function shopifyCases({ shopify_equation: { cases } }: CircuitBreakers): ValidationCase[] {
  return cases.map(({ circuits, threads, half_open_timeout: timeout, error_timeout: open, expected }) => {
    const exact: Figure = {
      name: 'thread time spent on probes',
      unit: 'share',
      gate: inside(probeShare(circuits, timeout, open, threads), 0.01),
      values: ofOne(probing(timeout, threads)),
    };
    const published: Figure = {
      ...exact,
      name: expected > 1 ? 'as published: more than there is' : 'as published',
      gate: expected > 1 ? { kind: 'above', bound: 1 } : within(expected, 0.003),
    };
    return {
      name: `breaker-probes/${circuits}-circuits-${timeout * 1000}ms-every-${open}s`,
      source: 'Shopify Engineering, Your Circuit Breaker is Misconfigured, 2020',
      short: false,
      points: [{ scenario: 'breaker-probes', set: settings(circuits, timeout, open) }],
      figures: [exact, published],
    };
  });
}

function semianCase({ semian_issue_244: { case: known } }: CircuitBreakers): ValidationCase {
  const { h, E, expected } = known;
  return {
    name: 'breaker-probes/one-circuit-1s-every-5s',
    source: 'github.com/Shopify/semian issue 244',
    short: false,
    points: [{ scenario: 'breaker-probes', set: settings(1, h, E) }],
    figures: [
      {
        name: 'worker time spent on probes',
        unit: 'share',
        gate: within(expected, 0.003),
        values: ofOne(probing(h, 1)),
      },
    ],
  };
}

function exhaustionCase({ sre_thread_exhaustion: { expected } }: CircuitBreakers): ValidationCase {
  return {
    name: 'thread-exhaustion/stuck-5-percent',
    source: 'Google SRE book, ch. 22, Bimodal latency; Erlang B(1000, 5095)',
    short: false,
    points: [{ scenario: 'thread-exhaustion' }],
    // Within half a point, as published.
    figures: [
      {
        name: 'served',
        unit: 'share',
        gate: inside(1 - erlangB(1000, 5095), 0.005 / expected.served),
        values: ofOne(success),
      },
    ],
  };
}

export function breakerCases(results: CircuitBreakers): ValidationCase[] {
  return [...shopifyCases(results), semianCase(results), exhaustionCase(results)];
}
