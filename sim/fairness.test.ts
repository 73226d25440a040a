import { describe, expect, it } from 'vitest';
import { runSeed } from './experiments/seed-job.ts';
import { seedJob } from './experiments/run.ts';
import type { Scenario } from './scenario/scenario.ts';
import { Simulation } from './scenario/simulation.ts';
import type { RunChoice } from './testing/simulate.ts';
import { digestOf, REGISTRY, scenarioOf, simulationOf } from './testing/simulate.ts';
import { OUTCOME_NAMES } from './world/outcome.ts';

/** Why designs can be compared request by request: the world's luck is beyond the reach of what layers do. */

/** An eventful world: overloaded at times, with errors, a slow instance, a crash, and clients that hang up. */
const WORLD = {
  services: {
    shop: {
      instances: 4,
      concurrency: 4,
      queue: { limit: 12 },
      demand: { lognormal: { mean: '20ms', p99: '90ms' } },
      noise: { gamma: { shape: 4, mean: 1 } },
      contention: 0.05,
      cancellation: 'queued',
    },
  },
  traffic: [{ name: 'shoppers', to: 'shop', clients: 7, arrivals: { poisson: '500/s' }, deadline: '300ms' }],
  faults: [
    { at: '2s', for: '3s', slow: { service: 'shop', instances: [0], factor: 6 } },
    { at: '4s', for: '1s', crash: { service: 'shop', instances: [1] } },
    { at: '1s', for: '6s', errors: { service: 'shop', instances: [2], rate: '20%' } },
  ],
};

type Layer = Readonly<Record<string, unknown>>;

function scenario(layers: readonly Layer[], autoscalers: readonly Layer[] = []): Scenario {
  return scenarioOf({ duration: '8s', world: WORLD, edges: [{ from: 'shoppers', to: 'shop', layers }], autoscalers });
}

/** The stack that others are added to: a router, and a retry whose tries depend on everything inside. */
const ROUTER: Layer = { name: 'router', kind: 'loadBalancer', policy: 'leastRequest' };
const RETRY: Layer = {
  name: 'again',
  kind: 'retry',
  tries: 3,
  perTryTimeout: '120ms',
  retryOn: ['refused', 'timedOut', 'error'],
  backoff: { base: '10ms', jitter: 'full' },
};
const STACK = [ROUTER, RETRY];

/** A stack with one more layer at each place where it may stand. */
function withLayer(layer: Layer): Scenario[] {
  const inside = layer['key'] === 'instance' || layer['reselect'] === 'own';
  const places = inside ? [1, 2] : [0, 1, 2];
  return places.map((place) => scenario(STACK.toSpliced(place, 0, { name: 'more', propagateCause: true, ...layer })));
}

const PLAIN = digestOf(scenario(STACK));

describe('a layer that never acts, and adds no overhead', () => {
  it.each<[string, Layer]>([
    ['a limiter with room for all', { kind: 'rateLimiter', policy: 'tokenBucket', rate: '100000/s', burst: 100_000 }],
    ['a bulkhead that is never full', { kind: 'rateLimiter', policy: 'concurrencyLimit', maxConcurrent: 100_000 }],
    ['a breaker that never opens', { kind: 'circuitBreaker', policy: 'consecutive', failures: 1e6, waitOpen: '5s' }],
    [
      'a breaker of each instance that never opens',
      {
        kind: 'circuitBreaker',
        policy: 'timeWindow',
        key: 'instance',
        window: '10s',
        minimumCalls: 1e6,
        failureRate: '99%',
        waitOpen: '5s',
        source: 'reported',
        metrics: { lag: '1s', interval: '200ms', jitter: '50ms', loss: '10%' },
      },
    ],
    ['a retry of what never happens', { kind: 'retry', tries: 3, retryOn: ['limited'], backoff: { base: '5ms' } }],
  ])('leaves every outcome and time bit for bit the same: %s', (_name, layer) => {
    for (const one of withLayer(layer)) expect(digestOf(one)).toBe(PLAIN);
  });

  it('such as an autoscaler that may have no other number of instances', () => {
    const hpa = { name: 'hpa', kind: 'autoscaler', policy: 'hpa', service: 'shop', min: 4, max: 4, target: '50%' };
    expect(digestOf(scenario(STACK, [hpa]))).toBe(PLAIN);
  });

  it('would otherwise be seen: each of them, set to act, changes the run', () => {
    const acting: Layer[] = [
      { kind: 'rateLimiter', policy: 'tokenBucket', rate: '300/s', burst: 10 },
      { kind: 'rateLimiter', policy: 'concurrencyLimit', maxConcurrent: 10 },
      { kind: 'circuitBreaker', policy: 'consecutive', failures: 3, waitOpen: '1s' },
      { kind: 'retry', tries: 2, retryOn: ['error'], backoff: { base: '5ms' } },
    ];
    for (const layer of acting) expect(withLayer(layer).every((one) => digestOf(one) !== PLAIN)).toBe(true);
  });
});

describe('a layer in shadow mode', () => {
  const shadowed: [string, Layer][] = [
    [
      'a limiter',
      { kind: 'rateLimiter', policy: 'tokenBucket', rate: '100/s', burst: 5, key: 'client', refusalCost: 2 },
    ],
    ['a shedder', { kind: 'rateLimiter', policy: 'adaptiveThrottle' }],
    ['a breaker', { kind: 'circuitBreaker', policy: 'consecutive', failures: 2, waitOpen: '1s', key: 'instance' }],
    [
      'a retry',
      { kind: 'retry', tries: 4, perTryTimeout: '20ms', retryOn: ['error', 'timedOut'], backoff: { base: '1ms' } },
    ],
  ];

  it.each(shadowed)('leaves every outcome and time bit for bit the same, though it decides: %s', (_name, layer) => {
    for (const one of withLayer({ ...layer, mode: 'shadow', propagateCause: false })) {
      const simulation = simulationOf(one, { measure: { verdicts: true } });
      simulation.finish();
      expect(simulation.measurement.digest.toString()).toBe(PLAIN);
      const index = simulation.identities.findIndex(({ name }) => name === 'more');
      expect(simulation.ledger!.layers[index].decisions).toBeGreaterThan(0);
    }
  });
});

describe('a layer that rarely acts', () => {
  const SETTINGS: Layer = { kind: 'rateLimiter', policy: 'tokenBucket', rate: '540/s', burst: 12 };

  it('changes only requests from its first act on', () => {
    const [rare] = withLayer(SETTINGS);
    const firstRefusal = firstDifference(rare, scenario(STACK));
    expect(firstRefusal.refusedAt).toBeGreaterThan(0);
    expect(firstRefusal.request).toBe(firstRefusal.refused);
  });

  it('flips fewer requests than its draws do by chance, were they re-keyed', () => {
    const seldom = { ...SETTINGS, name: 'more' };
    const one = scenarioOf({
      duration: '8s',
      world: WORLD,
      edges: [{ from: 'shoppers', to: 'shop', layers: [seldom, ...STACK] }],
      designs: { without: { without: ['more'] } },
      expect: [{ design: 'layered', against: 'without', that: 'killed.total >= 0' }],
    });
    const { designs, pairs } = runSeed(seedJob(one, one.designs, '1', { references: true, verdicts: false }), REGISTRY);
    const layered = designs.find(({ name }) => name === 'layered')!;
    expect(layered.figures.rejectedBy['more']).toBeGreaterThan(0);
    const { churn } = layered.fidelity!;
    expect(pairs[0].killed.total + pairs[0].saved).toBeLessThan(churn.killed + churn.saved);
    expect(pairs[0].killed.total).toBeGreaterThan(0);
  });
});

/** The first request whose outcome or time differs between two runs, and the first that `more` rejected. */
function firstDifference(a: Scenario, b: Scenario): { request: number; refused: number; refusedAt: number } {
  const [ends, others] = [endingsOf(a), endingsOf(b)];
  const differs = [...ends.keys()].filter((request) => ends.get(request)!.end !== others.get(request)!.end);
  const request = differs.toSorted((x, y) => ends.get(x)!.arrivedAt - ends.get(y)!.arrivedAt)[0];
  const refused = [...ends.keys()]
    .filter((one) => ends.get(one)!.end.startsWith('rejected'))
    .toSorted((x, y) => x - y)[0];
  return { request, refused, refusedAt: ends.get(refused)!.arrivedAt };
}

/** By request: when it arrived, and how and when it ended. */
function endingsOf(one: Scenario): Map<number, { arrivedAt: number; end: string }> {
  const simulation = simulationOf(one);
  const ends = new Map<number, { arrivedAt: number; end: string }>();
  simulation.measurement.follower = {
    arrived: () => undefined,
    ended: ({ request, arrivedAt }, outcome) => {
      ends.set(request, { arrivedAt, end: `${OUTCOME_NAMES[outcome]} ${simulation.now}` });
    },
  };
  simulation.finish();
  return ends;
}

describe('a run', () => {
  const layered = scenario([...STACK, { name: 'gate', kind: 'rateLimiter', rate: '450/s', burst: 20 }]);
  const choices: RunChoice[] = [{ seed: '1' }, { seed: 'two' }, { seed: '1/1' }, { seed: '1', rekey: '/again' }];

  it('gives the same digest twice, whatever else has run before it, whatever is measured beside it', () => {
    const first = choices.map((choice) => digestOf(layered, choice));
    const again = choices
      .toReversed()
      .map((choice) => digestOf(layered, { ...choice, measure: { verdicts: true, log: true } }));
    expect(again.toReversed()).toEqual(first);
    expect(new Set(first).size).toBe(choices.length);
  });

  it('gives the same digest beside another that advances in turn with it', () => {
    const together = choices.slice(0, 2).map((choice) => simulationOf(layered, choice));
    for (let t = 1e8; together.some(({ isOver }) => !isOver); t += 1e8) {
      for (const simulation of together) simulation.advance(t);
    }
    const digests = together.map(({ measurement }) => measurement.digest.toString());
    expect(digests).toEqual(choices.slice(0, 2).map((choice) => digestOf(layered, choice)));
  });

  it('depends on plain data alone: a copy of it gives the same digest', () => {
    const spec = {
      world: layered.world,
      design: layered.designs[0],
      seed: '1',
      rekey: '',
      measure: { verdicts: false, log: false, timeline: 0, trace: [] },
    };
    const copy = new Simulation(structuredClone(spec), REGISTRY);
    copy.finish();
    expect(copy.measurement.digest.toString()).toBe(digestOf(layered));
  });
});
