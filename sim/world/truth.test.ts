import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Registry } from '../controllers/registry.ts';
import { Stream, uniform } from '../kernel/random.ts';
import { MILLISECOND, NEVER, SECOND } from '../kernel/time.ts';
import { scenarioOf, simulationOf } from '../testing/simulate.ts';
import { isWrong, kindOf, OK } from './result.ts';
import { extension } from './testing/aim.ts';
import type { Aim } from './testing/aim.ts';
import { SCAN_LIMIT, Truth } from './truth.ts';

const REGISTRY = new Registry([extension]);

/** The moment at which one more attempt comes, after which nothing else arrives. */
const ASKED_AT = 500;

const INSTANCES = 3;

/** A service, what has come to it before, and what strikes it: in milliseconds. */
interface Situation {
  readonly service: Readonly<Record<string, unknown>>;
  /** Requests a second of clients that wait for ever, and of those that hang up early enough to be gone. */
  readonly patient: number;
  readonly impatient: number;
  readonly faults: readonly Readonly<Record<string, unknown>>[];
  readonly target: number;
  readonly seed: number;
}

const milliseconds = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((value) => `${value}ms`);

const queue = fc.record({
  limit: fc.constantFrom(0, 2, 10, 100),
  discipline: fc.constantFrom('fifo', 'fifo', 'lifo', 'adaptiveLifo', 'codel'),
  overflow: fc.constantFrom('refuse', 'drop'),
  lifoAbove: fc.integer({ min: 0, max: 6 }),
  target: milliseconds(1, 30),
  interval: milliseconds(1, 150),
});

const serviceTime = fc.oneof(
  milliseconds(5, 60),
  milliseconds(5, 60).map((mean) => ({ exponential: mean })),
  fc.constant({ lognormal: { mean: '20ms', p99: '150ms' } }),
);

const service = fc.record({
  concurrency: fc.constantFrom(1, 2, 5),
  queue,
  serviceTime,
  contention: fc.constantFrom(0, 0, 0.3),
  slowness: fc.constantFrom([1], [1, 2, 0.5]),
  cancellation: fc.constantFrom('none', 'queued', 'full'),
  errorRate: fc.constantFrom('0%', '0%', '20%'),
  wrongRate: fc.constantFrom('0%', '0%', '20%'),
  warmUp: fc.constantFrom(undefined, { for: '300ms', factor: 3 }),
});

const instances = fc.uniqueArray(fc.nat(INSTANCES - 1), { minLength: 1 });

/** Speeds and crashes at any time: they are known in advance. Capacity only before, or throughout: it is not. */
const fault = fc.oneof(
  fc.record({
    at: milliseconds(0, 800),
    for: milliseconds(1, 600),
    slow: fc.record({
      service: fc.constant('shop'),
      instances,
      factor: fc.constantFrom(2, 7.5),
      reach: fc.constantFrom('all', 'new'),
    }),
  }),
  fc.record({
    at: milliseconds(0, 800),
    for: milliseconds(1, 600),
    freeze: fc.record({ service: fc.constant('shop'), instances }),
  }),
  fc.record({
    at: milliseconds(0, 800),
    for: milliseconds(1, 600),
    crash: fc.record({ service: fc.constant('shop'), instances }),
  }),
  fc.record({
    at: milliseconds(0, 499),
    capacity: fc.record({ service: fc.constant('shop'), instances, share: fc.constantFrom('0%', '50%', '70%') }),
  }),
  fc.record({
    at: fc.constant('0s'),
    gray: fc.record({ service: fc.constant('shop'), instances, callers: fc.constantFrom('30%', '100%') }),
  }),
);

const situation: fc.Arbitrary<Situation> = fc.record({
  service,
  patient: fc.integer({ min: 10, max: 300 }),
  impatient: fc.integer({ min: 10, max: 300 }),
  faults: fc.array(fault, { maxLength: 2 }),
  target: fc.nat(INSTANCES - 1),
  seed: fc.nat(1000),
});

/** What the truth says of one more attempt, and what then becomes of it. */
function ask({ faults, impatient, patient, seed, service: written, target }: Situation): {
  foreseen: number;
  real: number;
} {
  const edge = (from: string, kind: string): object => ({ from, to: 'shop', layers: [{ name: `${from}-way`, kind }] });
  const until = (rate: number, end: number): object => ({
    profile: [
      { at: '0s', rate: `${rate}/s` },
      { at: `${end}ms`, rate: `${rate}/s` },
      { at: `${end}ms`, rate: '0/s' },
    ],
  });
  const scenario = scenarioOf(
    {
      duration: `${ASKED_AT + 1}ms`,
      world: {
        services: { shop: { ...written, instances: INSTANCES } },
        traffic: [
          { name: 'patient', to: 'shop', arrivals: until(patient, ASKED_AT - 1) },
          // They have all hung up before, so that nothing is taken out of a queue afterwards.
          { name: 'impatient', to: 'shop', arrivals: until(impatient, ASKED_AT - 61), deadline: '60ms' },
          { name: 'asker', to: 'shop', arrivals: { deterministic: '2/s' } },
        ],
        faults,
      },
      edges: [edge('patient', 'loadBalancer'), edge('impatient', 'loadBalancer'), edge('asker', 'aim')],
    },
    REGISTRY,
  );
  // With verdicts the balancers' choices are judged, so that the truth is asked again and again on the way.
  const simulation = simulationOf(scenario, { registry: REGISTRY, seed: String(seed), measure: { verdicts: true } });
  const [truth] = simulation.truths!;
  const { kernel } = simulation.world;
  const aim = simulation.edges[2].layers[0] as Aim;
  let foreseen = NaN;
  let real = NEVER;
  aim.choose = ({ call }) => {
    const instance = truth.service.instances[target];
    foreseen = truth.completion(instance, call, 0, truth.service.workOf(call, 0), kernel.now);
    expect(truth.couldServe(target, call, kernel.now)).toBe(foreseen !== NEVER);
    return target;
  };
  aim.heard = (_passage, result) => {
    if (kindOf(result) === OK && !isWrong(result)) real = kernel.now;
  };
  kernel.advance(60 * SECOND);
  return { foreseen, real };
}

describe('the truth of the moment', () => {
  it('foresees when an instance will answer one more attempt: then, if nothing else arrives', () => {
    let served = 0;
    fc.assert(
      fc.property(situation, (one) => {
        const { foreseen, real } = ask(one);
        if (foreseen !== NEVER) served++;
        expect(real).toBe(foreseen);
      }),
      { numRuns: 1500, seed: 1 },
    );
    expect(served).toBeGreaterThan(500);
  });
});

/** A service of n instances that are alike, under some load; the truth is asked at many moments. */
function pool(
  n: number,
  faults: readonly object[],
  ask_: (truth: Truth, passage: Parameters<Aim['choose']>[0], now: number) => void,
): void {
  const scenario = scenarioOf(
    {
      duration: '1s',
      world: {
        services: { shop: { instances: n, concurrency: 2, serviceTime: { exponential: '20ms' } } },
        traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: `${n * 90}/s` }, deadline: '1s' }],
        faults,
      },
      edges: [{ from: 'shoppers', to: 'shop', layers: [{ name: 'aim', kind: 'aim' }] }],
    },
    REGISTRY,
  );
  const simulation = simulationOf(scenario, { registry: REGISTRY, measure: { verdicts: true } });
  const [truth] = simulation.truths!;
  const random = new Stream('targets', '1');
  (simulation.edges[0].layers[0] as Aim).choose = (passage) => {
    ask_(truth, passage, simulation.now);
    return Math.floor(uniform(random) * n);
  };
  simulation.finish();
}

describe('the best that the truth knows', () => {
  it('is the earliest of all instances, where all are looked at', () => {
    let asked = 0;
    pool(
      7,
      [{ at: '300ms', for: '300ms', slow: { service: 'shop', instances: [2], factor: 5 } }],
      (truth, { call }, now) => {
        const work = truth.service.workOf(call, 0);
        const all = truth.service.instances.map((instance) => truth.completion(instance, call, 0, work, now));
        expect(truth.bestCompletion(call, work, now)).toBe(Math.min(...all));
        asked++;
      },
    );
    expect(asked).toBeGreaterThan(500);
  });

  it('of a large pool is exact while an instance is idle, and never better than the true best', () => {
    let exact = 0;
    let asked = 0;
    pool(SCAN_LIMIT + 36, [], (truth, { call }, now) => {
      const work = truth.service.workOf(call, 0);
      const best = truth.bestCompletion(call, work, now);
      const all = truth.service.instances.map((instance) => truth.completion(instance, call, 0, work, now));
      const trueBest = Math.min(...all);
      expect(best).toBeGreaterThanOrEqual(trueBest);
      asked++;
      if (best === trueBest) exact++;
      const isIdle = truth.service.instances.some(({ busy, slots, waiting }) => busy < slots && waiting === 0);
      if (isIdle) expect(best).toBe(trueBest);
    });
    expect(asked).toBeGreaterThan(5000);
    expect(exact).toBeGreaterThan(0);
  });

  it('of a large pool leaves out instances whose answers fail, or that cannot be reached', () => {
    const broken = Array.from({ length: SCAN_LIMIT + 20 }, (_, i) => i);
    const faults = [
      { at: '0s', errors: { service: 'shop', instances: broken.slice(0, -1), rate: '100%' } },
      { at: '0s', gray: { service: 'shop', instances: broken.slice(-1), callers: '100%' } },
    ];
    pool(broken.length, faults, (truth, { call }, now) => {
      if (now === 0) return;
      expect(truth.bestCompletion(call, truth.service.workOf(call, 0), now)).toBe(NEVER);
    });
  });
});

describe('offered work', () => {
  it('is summed over the last second, in tenths of it', () => {
    const scenario = scenarioOf({
      duration: '1s',
      world: {
        services: {
          shop: { instances: { initial: 2, max: 8 }, concurrency: 4, slowness: [1, 2], serviceTime: '10ms' },
        },
        traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '1/s' } }],
      },
    });
    const { world } = simulationOf(scenario);
    const truth = new Truth(world.services[0]);
    const random = new Stream('offers', '1');
    const offers: { at: number; work: number }[] = [];
    const TENTH = SECOND / 10;
    // Two ready instances of four slots, the second half as fast.
    const capacity = 6 * SECOND;
    let overloaded = 0;
    for (let now = 0; now < 60 * SECOND;) {
      now += Math.floor(uniform(random) * (uniform(random) < 0.02 ? 3 * SECOND : 30 * MILLISECOND));
      const work = Math.floor(uniform(random) * 190 * MILLISECOND);
      truth.offer(work, now);
      offers.push({ at: now, work });
      const oldest = Math.floor(now / TENTH) - 9;
      const sum = offers
        .filter(({ at }) => Math.floor(at / TENTH) >= oldest)
        .reduce((total, one) => total + one.work, 0);
      expect(truth.isOverloaded(now)).toBe(sum > capacity);
      if (sum > capacity) overloaded++;
      expect(truth.instancesNeeded(0.5, now)).toBe(Math.min(8, Math.ceil(sum / SECOND / (4 * 0.5))));
    }
    expect(overloaded).toBeGreaterThan(100);
    expect(overloaded).toBeLessThan(offers.length - 100);
  });
});

describe('what lies between a caller and its answer', () => {
  /** What was foreseen of each request of one client that asks seldom, and when it really had its answer. */
  function foreseenAndReal(world: Readonly<Record<string, unknown>>, others: readonly object[] = []): number[][] {
    const scenario = scenarioOf(
      {
        duration: '2s',
        world: { ...world, traffic: [{ name: 'asker', to: 'shop', zone: 'near', arrivals: { deterministic: '2/s' } }] },
        edges: [{ from: 'asker', to: 'shop', layers: [{ name: 'aim', kind: 'aim' }] }, ...others],
      },
      REGISTRY,
    );
    const simulation = simulationOf(scenario, { registry: REGISTRY, measure: { verdicts: true } });
    const truth = simulation.truths!.find(({ service: { spec } }) => spec.name === 'shop')!;
    const aim = simulation.edges[0].layers[0] as Aim;
    const pairs: number[][] = [];
    aim.choose = ({ call }) => {
      const [instance] = truth.service.instances;
      pairs.push([truth.completion(instance, call, 0, truth.service.workOf(call, 0), simulation.now)]);
      return 0;
    };
    aim.heard = () => pairs.at(-1)!.push(simulation.now);
    simulation.finish();
    return pairs;
  }
  const zones = { near: { region: 'near' }, far: { region: 'far' } };
  const far = { instances: 1, zones: ['far'] };

  it('counts the network there and back, as it is drawn', () => {
    const pairs = foreseenAndReal({
      zones,
      network: { betweenRegions: { exponential: '20ms' } },
      services: { shop: { ...far, serviceTime: { exponential: '30ms' } } },
    });
    expect(pairs.length).toBeGreaterThan(2);
    for (const [foreseen, real] of pairs) expect(real).toBe(foreseen);
  });

  it('foresees no answer over a way that is cut', () => {
    const faults = [{ at: '1s', for: '400ms', partition: { between: ['near', 'far'] } }];
    const world = {
      zones,
      network: { betweenRegions: '20ms' },
      services: { shop: { ...far, serviceTime: '30ms' } },
      faults,
    };
    const [first, cut] = foreseenAndReal(world);
    expect(first[1]).toBe(first[0]);
    expect(cut[0]).toBe(NEVER);
  });

  it('takes the calls that are still to be made to last as they lately did', () => {
    const services = {
      shop: { instances: 1, serviceTime: '30ms', calls: [{ call: 'stock' }, { work: '5ms' }] },
      stock: { instances: 1, serviceTime: '40ms' },
    };
    const pairs = foreseenAndReal({ zones, services }, [{ from: 'shop', to: 'stock', layers: [] }]);
    expect(pairs.length).toBeGreaterThan(2);
    // A moving mean that began at nothing.
    const errors = pairs.map(([foreseen, real]) => real - foreseen);
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    expect(errors[0]).toBe(40 * MILLISECOND);
    expect(errors.at(-1)).toBeGreaterThan(0);
  });
});
