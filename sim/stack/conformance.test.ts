import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { figuresOf } from '../measure/figures.ts';
import { loadScenario } from '../scenario/load.node.ts';
import { ScenarioError } from '../scenario/scenario-error.ts';
import { finished, scenarioOf } from '../testing/simulate.ts';
import { ENDINGS, LAYERS } from './testing/endings.ts';
import type { Probe } from './testing/probe.ts';
import { refusalOf, runStack } from './testing/stacks.ts';
import type { Ending, StackRun } from './testing/stacks.ts';

/**
 * Every kind of layer, alone and in every ordered pair, around every way in which what is inside can end. Probes stand
 * around every layer and check each passage; what holds for all is checked by `runStack`.
 */

const NAMES = Object.keys(LAYERS);
const PAIRS = NAMES.flatMap((outer) => NAMES.map((inner) => [outer, inner] as const));

/** Runs a stack, unless the scenario reader refuses it. */
function runUnlessRefused(
  names: readonly string[],
  ending: Ending,
  propagate: readonly boolean[],
): StackRun | undefined {
  try {
    return runStack(
      names.map((name) => LAYERS[name]),
      ending,
      propagate,
    );
  } catch (error) {
    if (error instanceof ScenarioError) return undefined;
    throw error;
  }
}

/** What is wrong with a stack, with its name. */
function problemsOf(names: readonly string[], ending: Ending, propagate: readonly boolean[]): string[] {
  const problems = runUnlessRefused(names, ending, propagate)?.problems ?? [];
  return problems.map((problem) => `${names.join(' > ')} (propagate ${propagate.join()}): ${problem}`);
}

describe('what the scenario reader refuses', () => {
  const refused = (stacks: readonly (readonly string[])[], ending: Ending): string[] =>
    stacks
      .map(
        (names) =>
          [
            names.join(' > '),
            refusalOf(
              names.map((name) => LAYERS[name]),
              ending,
            ),
          ] as const,
      )
      .filter(([, complaint]) => complaint !== undefined)
      .map(([names, complaint]) => `${names}: ${complaint}`);
  const NO_INSTANCE_SELECTED = /no layer outside this one selects an instance/;
  const TWO_BALANCERS = /two balancers on one edge/;

  it('is a breaker keyed by instance that no balancer stands outside of, and a second balancer: nothing else', () => {
    const isBalancer = (name: string): boolean => name === 'balancer' || name === 'ejectingBalancer';
    const expected = [...NAMES.map((name) => [name]), ...PAIRS].filter((names) => {
      const keyed = names.indexOf('instanceBreaker');
      return names.filter(isBalancer).length === 2 || (keyed >= 0 && !names.slice(0, keyed).some(isBalancer));
    });
    const found = refused([...NAMES.map((name) => [name]), ...PAIRS], ENDINGS[0]);
    expect(found.map((text) => text.split(':')[0])).toEqual(expected.map((names) => names.join(' > ')));
    expect(found.every((text) => NO_INSTANCE_SELECTED.test(text) || TWO_BALANCERS.test(text))).toBe(true);
  });

  it('is every stack with a balancer around the ending that needs a balancer of its own', () => {
    const ejected = ENDINGS.find(({ name }) => name.startsWith('ejected'))!;
    const found = refused(PAIRS, ejected);
    expect(found.length).toBeGreaterThan(refused(PAIRS, ENDINGS[0]).length);
    expect(found.every((text) => NO_INSTANCE_SELECTED.test(text) || TWO_BALANCERS.test(text))).toBe(true);
  });
});

describe.each(ENDINGS.map((ending) => [ending.name, ending] as const))('around what is %s', (_name, ending) => {
  it('every layer alone hands its end on, once, and forgets it', () => {
    const problems: string[] = [];
    for (const name of NAMES) {
      for (const propagate of [true, false]) problems.push(...problemsOf([name], ending, [propagate]));
    }
    expect(problems).toEqual([]);
  });

  it('every pair of layers in every order does', () => {
    const problems: string[] = [];
    PAIRS.forEach((names, i) => problems.push(...problemsOf(names, ending, [i % 2 === 0, i % 3 === 0])));
    expect(problems).toEqual([]);
  });

  it('really meets it: the probe inside each layer alone that lets attempts pass', () => {
    const misses = NAMES.filter((name) => {
      const run = runUnlessRefused([name], ending, [true]);
      return run !== undefined && !ending.shows(run.inside, run);
    });
    expect(misses).toEqual([]);
  });
});

describe('by name', () => {
  const RETRY = {
    kind: 'retry',
    policy: 'constant',
    tries: 3,
    retryOn: ['refused'],
    backoff: { base: '10ms', jitter: 'none' },
  };
  const layersOf = (...layers: object[]): object[] => [{ from: 'shoppers', to: 'shop', layers }];

  it('a retry around a balancer with no healthy instance tries as often as it may, and then fails', () => {
    const noneLeft: Ending = {
      name: 'nothing is up',
      faults: [{ at: '0s', for: '1h', crash: { service: 'shop', instances: 'all' } }],
      shows: () => true,
    };
    const { inside, problems, simulation, probes } = runStack([RETRY, LAYERS.balancer], noneLeft, [true, true]);
    const { offered, outcomes, rejectedBy, success } = figuresOf(simulation);
    expect(problems).toEqual([]);
    expect(inside.attempts).toBe(0);
    expect(probes[1].count('refused', 'noInstance')).toBe(3 * offered);
    expect([...probes[0].heard]).toEqual([['refused noInstance layer1 visible', offered]]);
    expect({ ...outcomes, rejectedBy, success }).toMatchObject({ failed: offered, rejectedBy: {}, success: 0 });
  });

  it('and serves again as soon as an instance is back', () => {
    const backSoon: Ending = {
      name: 'back soon',
      faults: [{ at: '100ms', for: '15ms', crash: { service: 'shop', instances: 'all' } }],
      service: { serviceTime: '1ms', queue: { limit: 'none' } },
      shows: () => true,
    };
    const { problems, probes, simulation } = runStack([RETRY, LAYERS.balancer], backSoon, [true, true]);
    expect(problems).toEqual([]);
    expect(probes[1].count('refused', 'noInstance')).toBeGreaterThan(0);
    // Two waits of 10 ms outlast 15 ms without instances; only work that the crash hits is lost.
    expect(figuresOf(simulation).outcomes.failed).toBe(probes[0].count('error', 'crashed'));
  });

  it('a retry around a permanently open breaker is refused to the end, and reaches nobody', () => {
    const failing: Ending = { name: 'failing', service: { errorRate: '100%' }, shows: () => true };
    const breaker = { kind: 'circuitBreaker', policy: 'consecutive', failures: 1, waitOpen: '1h' };
    const { inside, problems, probes, simulation } = runStack([RETRY, breaker], failing, [true, true]);
    const { offered, outcomes, rejectedBy } = figuresOf(simulation);
    // Those under way when the first error comes back reach the service too.
    const reached = inside.attempts;
    expect(problems).toEqual([]);
    expect(reached).toBeLessThan(10);
    expect(probes[1].count('refused', 'circuitOpen')).toBe(3 * (offered - reached));
    expect(rejectedBy).toEqual({ layer1: offered - reached });
    expect(outcomes).toMatchObject({ served: 0, rejected: offered - reached, failed: reached });
  });

  it('a retry with a timeout of 1 s around a service of 10 s with a queue of 1 wastes all its work, and hangs nowhere', () => {
    const scenario = scenarioOf({
      duration: '20s',
      world: {
        services: { shop: { instances: 1, concurrency: 1, queue: { limit: 1 }, serviceTime: '10s' } },
        traffic: [{ name: 'shoppers', to: 'shop', arrivals: { deterministic: '0.25/s' }, deadline: '30s' }],
      },
      edges: layersOf({ ...RETRY, name: 'retry', tries: 2, perTryTimeout: '1s', retryOn: ['timedOut', 'refused'] }),
    });
    // Arrivals at 4, 8, 12 and 16 s. The first is worked on from 4 to 14 s, its retry waits from 5.01 s: the queue is
    // full until 14 s, so the second and third are refused, and refused again 10 ms later. At 14 s the retry of the
    // first begins, until 24 s; the fourth waits from 16 s, and its retry at 17.01 s finds the queue full.
    const simulation = finished(scenario);
    const { outcomes, services, latencyMs } = figuresOf(simulation);
    expect(outcomes).toEqual({
      served: 0,
      late: 0,
      wrong: 0,
      rejected: 0,
      timedOut: 1,
      failed: 3,
      dropped: 0,
      unfinished: 0,
    });
    expect(services.shop.dispatches).toBe(8);
    expect(latencyMs.mean).toBeNaN();
    // Busy from 4 to 20 s, for somebody only from 4 to 5 s.
    expect(services.shop.utilization).toBeCloseTo(16 / 20, 12);
    expect(services.shop.wastedWork).toBeCloseTo(15 / 16, 12);
  });

  it('a rejection is never reported as a success, nor as a fast answer', () => {
    const scenario = scenarioOf({
      duration: '10s',
      world: {
        services: { shop: { instances: 4, concurrency: 16, serviceTime: '20ms' } },
        traffic: [{ name: 'shoppers', to: 'shop', arrivals: { deterministic: '100/s' }, deadline: '1s' }],
      },
      edges: layersOf({ name: 'gate', kind: 'rateLimiter', policy: 'tokenBucket', rate: '10/s', burst: 20 }),
    });
    const { goodputPerSecond, latencyMs, offered, outcomes, rejectedBy, success } = figuresOf(finished(scenario));
    // The bucket begins full and takes in ten tokens a second: 20 + 10 * 9.99.
    expect(outcomes).toMatchObject({ served: 119, rejected: 880, failed: 0 });
    expect(rejectedBy).toEqual({ gate: 880 });
    expect({ offered, success, goodputPerSecond }).toEqual({
      offered: 999,
      success: 119 / 999,
      goodputPerSecond: 11.9,
    });
    expect(latencyMs.mean).toBe(20);
    expect(latencyMs.p50).toBeGreaterThan(19.8);
  });
});

describe("a user's own module", () => {
  it('brings in a controller and a policy by `plugins:`, which run as those that ship', async () => {
    const file = fileURLToPath(new URL('testing/with-plugin.yaml', import.meta.url));
    const { scenario, registry } = await loadScenario(file);
    const simulation = finished(scenario, { registry, measure: { verdicts: true } });
    const [outside, gate, inside] = simulation.edges[0].layers as unknown as [Probe, unknown, Probe];
    const { offered, outcomes, rejectedBy, layers } = figuresOf(simulation);
    const denied = Math.floor(offered / 4);
    expect(gate).toBeDefined();
    expect(offered).toBe(199);
    expect(outcomes).toMatchObject({ served: offered - denied, rejected: denied });
    expect(rejectedBy).toEqual({ gate: denied });
    expect(layers!.gate).toMatchObject({ decisions: offered, refusals: denied });
    expect([outside.attempts, inside.attempts]).toEqual([offered, offered - denied]);
    expect(outside.broken).toEqual([]);
    expect(Object.fromEntries(outside.heard)).toEqual({
      'ok none instance visible': offered - denied,
      'limited rateLimited gate visible': denied,
    });
  });
});
