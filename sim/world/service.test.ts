import { describe, expect, it } from 'vitest';
import { Registry } from '../controllers/registry.ts';
import { MILLISECOND, SECOND } from '../kernel/time.ts';
import { figuresOf } from '../measure/figures.ts';
import type { Simulation } from '../scenario/simulation.ts';
import { finished, scenarioOf, simulationOf } from '../testing/simulate.ts';
import { Watch } from '../testing/watch.ts';
import { ABSENT, DOWN, LEAVING, READY, STARTING } from './instance.ts';
import type { Job } from './job.ts';
import type { Service } from './service.ts';
import { extension } from './testing/aim.ts';
import type { Aim } from './testing/aim.ts';

const REGISTRY = new Registry([extension]);

interface Written {
  readonly service: Readonly<Record<string, unknown>>;
  readonly traffic?: Readonly<Record<string, unknown>>;
  readonly faults?: readonly object[];
  readonly duration?: string;
  readonly layers?: readonly object[];
}

function build({ duration = '1s', faults = [], layers = [], service, traffic }: Written): Simulation {
  const scenario = scenarioOf(
    {
      duration,
      world: {
        services: { shop: { instances: 1, serviceTime: '10ms', ...service } },
        traffic: [{ name: 'shoppers', to: 'shop', arrivals: { deterministic: '100/s' }, deadline: '10s', ...traffic }],
        faults,
      },
      edges: [{ from: 'shoppers', to: 'shop', layers }],
    },
    REGISTRY,
  );
  return simulationOf(scenario, { registry: REGISTRY });
}

const shopOf = (simulation: Simulation): Service => simulation.world.services[0];

/** Follows the order in which requests are answered. */
function answered(simulation: Simulation): { request: number; at: number; outcome: number }[] {
  const order: { request: number; at: number; outcome: number }[] = [];
  simulation.measurement.follower = {
    arrived: () => undefined,
    ended: ({ request }, outcome) => order.push({ request, at: simulation.now / MILLISECOND, outcome }),
  };
  simulation.finish();
  return order;
}

describe('a queue before the slots', () => {
  // Arrivals at 10, 20, … 60 ms; one slot, 25 ms each: done at 35, 60, 85 …
  const six = { duration: '61ms', service: { serviceTime: '25ms' } };
  const orderOf = (queue: object): number[] =>
    answered(build({ ...six, service: { ...six.service, queue } })).map(({ request }) => request);

  it('first in, first out, serves in order of arrival', () => {
    expect(orderOf({ discipline: 'fifo' })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('last in, first out, serves the newest that waits', () => {
    // At 35 ms requests 1 and 2 wait, at 60 ms 1, 3 and 4 (5 comes as it leaves, and new work arrives last).
    expect(orderOf({ discipline: 'lifo' })).toEqual([0, 2, 4, 5, 3, 1]);
  });

  it('adaptive, serves the newest only while more than so many wait', () => {
    // Two wait at 35 ms: the oldest. Three at 60 ms: the newest. Three again, the newest; then two: in order.
    expect(orderOf({ discipline: 'adaptiveLifo', lifoAbove: 2 })).toEqual([0, 1, 4, 5, 2, 3]);
  });

  it('CoDel gives up who has waited longer than its interval, or than its target once the queue is standing', () => {
    const order = answered(
      build({ ...six, service: { ...six.service, queue: { discipline: 'codel', target: '12ms', interval: '30ms' } } }),
    );
    // 1 has waited 15 ms at 35 ms, and the queue stands for 15 ms: it is served until 60 ms. By then the queue stands for
    // 40 ms: 2 (30 ms) and 3 (20 ms) are given up, and 4, which waited 10 ms, is served. That empties the queue, so 5 may
    // have waited for 25 ms at 85 ms.
    expect(order).toEqual([
      { request: 0, at: 35, outcome: 0 },
      { request: 1, at: 60, outcome: 0 },
      { request: 2, at: 60, outcome: 5 },
      { request: 3, at: 60, outcome: 5 },
      { request: 4, at: 85, outcome: 0 },
      { request: 5, at: 110, outcome: 0 },
    ]);
  });

  it('holds no more than its limit, and says or does not say so', () => {
    const full = { ...six, service: { ...six.service, queue: { limit: 1 } } };
    const refused = answered(build(full));
    expect(refused.filter(({ outcome }) => outcome === 5).map(({ at, request }) => [request, at])).toEqual([
      [2, 30],
      [4, 50],
    ]);
    const silent = build({
      ...full,
      service: { ...full.service, queue: { limit: 1, overflow: 'drop' } },
      traffic: { deadline: '200ms' },
    });
    expect(
      answered(silent)
        .filter(({ outcome }) => outcome === 6)
        .map(({ at, request }) => [request, at]),
    ).toEqual([
      [2, 230],
      [4, 250],
    ]);
  });

  it('is served by several slots at once, slower the more of them are in use', () => {
    // Arrivals at 10 and 20 ms; 25 ms alone, 1.5 times as long as second of two.
    const [first, second] = answered(
      build({ ...six, duration: '21ms', service: { serviceTime: '25ms', concurrency: 2, contention: 0.5 } }),
    );
    expect([first.at, second.at]).toEqual([35, 57.5]);
  });
});

describe('work whose caller has given up', () => {
  const hurried = (cancellation: string, discipline = 'fifo'): Simulation =>
    build({
      duration: '2s',
      service: { serviceTime: '30ms', cancellation, queue: { discipline } },
      traffic: { deadline: '40ms' },
    });

  it('is done all the same, and wasted, unless cancellation reaches it', () => {
    // Arrivals at 10, 20 and 30 ms, 30 ms each; every client hangs up after 25 ms. The first is worked on from 10 to
    // 40 ms, for somebody until 35 ms; the second from 40 to 70 ms, for somebody until 45 ms; the third waits until 70 ms.
    const wasted = (['none', 'queued', 'full'] as const).map((cancellation) => {
      const simulation = build({
        duration: '200ms',
        service: { serviceTime: '30ms', cancellation },
        traffic: { deadline: '25ms' },
        faults: [{ at: '31ms', surge: { traffic: 'shoppers', factor: 0 } }],
      });
      simulation.finish();
      const { services, wastedWork } = figuresOf(simulation);
      return [Math.round(services.shop.utilization * 200), wastedWork];
    });
    expect(wasted).toEqual([
      [90, 60 / 90],
      [60, 30 / 60],
      [45, 0],
    ]);
  });

  it.each(['fifo', 'lifo', 'adaptiveLifo', 'codel'])(
    'does not pile up in a %s queue that it was cancelled in',
    (discipline) => {
      const simulation = hurried('queued', discipline);
      const watch = new Watch(simulation);
      const [instance] = shopOf(simulation).instances;
      let longest = 0;
      shopOf(simulation).loadWatchers.push({
        loadChanged: () => (longest = Math.max(longest, instance.queue.length - 2 * instance.waiting)),
      });
      simulation.finish();
      expect(simulation.world.arrivals).toBe(199);
      expect(longest).toBeLessThanOrEqual(16);
      expect(watch.leftovers()).toEqual([]);
      expect(watch.broken).toEqual([]);
    },
  );
});

describe('an instance that crashes', () => {
  it('answers what it held with errors, is empty when it comes back, and is not asked meanwhile', () => {
    const simulation = build({
      duration: '200ms',
      service: { instances: 2, serviceTime: '35ms', concurrency: 1 },
      faults: [{ at: '105ms', for: '42ms', crash: { service: 'shop', instances: [0] } }],
    });
    const [instance] = shopOf(simulation).instances;
    simulation.advance(104 * MILLISECOND);
    const held = instance.busy + instance.waiting;
    expect(held).toBeGreaterThan(1);
    simulation.advance(106 * MILLISECOND);
    expect([instance.state, instance.busy, instance.waiting]).toEqual([DOWN, 0, 0]);
    expect(simulation.measurement.outcomes[5]).toBe(held);
    expect(shopOf(simulation).ready).toEqual([1]);
    simulation.advance(148 * MILLISECOND);
    expect([instance.state, instance.load]).toEqual([READY, 0]);
    simulation.finish();
    expect(simulation.measurement.outcomes[5]).toBe(held);
  });

  it('stays down until the last of several crashes is over', () => {
    const simulation = build({
      service: { instances: 2 },
      faults: [
        { at: '100ms', for: '200ms', crash: { service: 'shop', instances: [0] } },
        { at: '200ms', for: '300ms', crash: { service: 'shop', instances: 'all' } },
        { at: '500ms', for: '100ms', crash: { service: 'shop', instances: [1] } },
      ],
    });
    const readyAt = (ms: number): readonly number[] => {
      simulation.advance(ms * MILLISECOND);
      return [...shopOf(simulation).ready];
    };
    expect([150, 250, 350, 499, 501, 599, 601].map(readyAt)).toEqual([[1], [], [], [], [0], [0], [0, 1]]);
  });

  it('loses what it still had to finish when it was leaving', () => {
    const simulation = build({
      service: { instances: 2, serviceTime: '400ms' },
      faults: [{ at: '290ms', for: '10ms', crash: { service: 'shop', instances: [1] } }],
      layers: [{ name: 'aim', kind: 'aim' }],
      traffic: { arrivals: { deterministic: '10/s' } },
    });
    const watch = new Watch(simulation);
    const service = shopOf(simulation);
    (simulation.edges[0].layers[0] as Aim).choose = () => 1;
    simulation.advance(250 * MILLISECOND);
    service.scaleTo(1, simulation.now);
    expect(service.instances[1].state).toBe(LEAVING);
    simulation.advance(291 * MILLISECOND);
    expect(service.instances[1].state).toBe(ABSENT);
    expect(simulation.measurement.outcomes[5]).toBe(2);
    simulation.finish();
    expect(watch.leftovers()).toEqual([]);
    expect(watch.broken).toEqual([]);
  });

  it('comes up down if it was launched meanwhile, and up when the crash is over', () => {
    const simulation = build({
      service: { instances: { initial: 1, max: 2 }, coldStart: '50ms', serviceTime: '1ms' },
      faults: [{ at: '100ms', for: '200ms', crash: { service: 'shop', instances: [1] } }],
    });
    const service = shopOf(simulation);
    const [, instance] = service.instances;
    simulation.advance(150 * MILLISECOND);
    service.scaleTo(2, simulation.now);
    expect(instance.state).toBe(STARTING);
    simulation.advance(201 * MILLISECOND);
    expect([instance.state, service.ready]).toEqual([DOWN, [0]]);
    simulation.advance(301 * MILLISECOND);
    expect([instance.state, service.ready]).toEqual([READY, [0, 1]]);
    simulation.finish();
    expect(simulation.measurement.outcomes[0]).toBe(99);
  });
});

describe('an instance under other faults', () => {
  it('keeps a share of its slots, rounded down, and what is in use is not taken away', () => {
    const simulation = build({
      service: { concurrency: 10, serviceTime: '300ms' },
      faults: [
        { at: '200ms', for: '300ms', capacity: { service: 'shop', instances: [0], share: '30%' } },
        { at: '300ms', for: '100ms', capacity: { service: 'shop', instances: [0], share: '50%' } },
      ],
      traffic: { arrivals: { deterministic: '30/s' } },
    });
    const [instance] = shopOf(simulation).instances;
    const seen = [199, 201, 301, 401, 501].map((ms) => {
      simulation.advance(ms * MILLISECOND);
      return [instance.slots, instance.busy > instance.slots];
    });
    expect(seen).toEqual([
      [10, false],
      [3, true],
      [1, true],
      [3, false],
      [10, false],
    ]);
  });

  it('keeps that share when it is launched meanwhile', () => {
    const simulation = build({
      service: { instances: { initial: 1, max: 2 }, concurrency: 10 },
      faults: [{ at: '100ms', for: '200ms', capacity: { service: 'shop', instances: [1], share: '50%' } }],
    });
    const service = shopOf(simulation);
    simulation.advance(150 * MILLISECOND);
    service.scaleTo(2, simulation.now);
    expect(service.instances[1].slots).toBe(5);
    simulation.advance(301 * MILLISECOND);
    expect(service.instances[1].slots).toBe(10);
  });

  it('errs as often as all its faults together say, of what none has failed yet', () => {
    const simulation = build({
      service: { errorRate: '20%' },
      faults: [
        { at: '100ms', for: '200ms', errors: { service: 'shop', instances: [0], rate: '50%' } },
        { at: '200ms', for: '200ms', errors: { service: 'shop', instances: [0], rate: '10%' } },
      ],
    });
    const [instance] = shopOf(simulation).instances;
    const rates = [50, 150, 250, 350, 450].map((ms) => {
      simulation.advance(ms * MILLISECOND);
      return instance.errorRate;
    });
    const expected = [0.2, 1 - 0.8 * 0.5, 1 - 0.8 * 0.5 * 0.9, 1 - 0.8 * 0.9, 0.2];
    rates.forEach((rate, i) => expect(rate).toBeCloseTo(expected[i], 12));
  });

  it('is out of reach for a share of the clients, always the same ones', () => {
    const simulation = build({
      duration: '20s',
      service: { concurrency: 4 },
      faults: [{ at: '0s', gray: { service: 'shop', instances: [0], callers: '30%' } }],
      traffic: { clients: 50 },
    });
    const byClient = new Map<number, Set<number>>();
    simulation.measurement.follower = {
      arrived: () => undefined,
      ended: (call, outcome) => {
        const client = simulation.world.clientOf(call);
        byClient.set(client, (byClient.get(client) ?? new Set<number>()).add(outcome));
      },
    };
    simulation.finish();
    const outcomes = [...byClient.values()];
    expect(outcomes.length).toBe(50);
    expect(outcomes.every((set) => set.size === 1)).toBe(true);
    const cut = outcomes.filter((set) => set.has(5)).length;
    // 15 of 50, give or take four standard deviations of 3.2.
    expect(cut).toBeGreaterThan(2);
    expect(cut).toBeLessThan(28);
  });

  it('is counted as struck, or as missed where there is nothing to strike', () => {
    const simulation = build({
      service: { instances: { initial: 1, max: 2 } },
      faults: [
        { at: '100ms', for: '10ms', crash: { service: 'shop', instances: [1] } },
        { at: '200ms', for: '10ms', crash: { service: 'shop', instances: [0] } },
        { at: '300ms', for: '10ms', slow: { service: 'shop', instances: [1], factor: 2 } },
      ],
    });
    simulation.finish();
    expect(figuresOf(simulation).faults).toEqual({ struck: 1, missed: 2 });
  });
});

describe('what is drawn for a call', () => {
  it('is one demand for all its tries and a noise of its own for each dispatch', () => {
    const simulation = build({
      service: {
        serviceTime: undefined,
        demand: { exponential: '20ms' },
        noise: { uniform: { min: 1, max: 2 } },
        instances: 4,
        concurrency: 50,
      },
      layers: [
        {
          name: 'retry',
          kind: 'retry',
          tries: 3,
          perTryTimeout: '1ms',
          retryOn: ['timedOut'],
          backoff: { base: '1ms' },
        },
      ],
    });
    const works = new Map<number, number[]>();
    const service = shopOf(simulation);
    const dispatch = service.dispatch.bind(service);
    service.dispatch = (call, target, awaiter, now): Job | null => {
      const job = dispatch(call, target, awaiter, now);
      works.set(call.request, [...(works.get(call.request) ?? []), job!.work / call.demand]);
      return job;
    };
    simulation.finish();
    const triple = [...works.values()].filter((noise) => noise.length === 3);
    expect(triple.length).toBeGreaterThan(50);
    for (const noise of triple) {
      expect(noise.every((factor) => factor >= 1 && factor < 2)).toBe(true);
      expect(new Set(noise).size).toBe(3);
    }
  });

  it('does harm again where an effect may be carried out once only', () => {
    const twice = (effect: string): number => {
      const scenario = scenarioOf({
        duration: '1s',
        world: {
          services: { shop: { instances: 2, concurrency: 50, serviceTime: '30ms', effect } },
          traffic: [{ name: 'shoppers', to: 'shop', arrivals: { deterministic: '10/s' }, deadline: '1s' }],
        },
        edges: [
          {
            from: 'shoppers',
            to: 'shop',
            layers: [
              {
                name: 'retry',
                kind: 'retry',
                tries: 2,
                perTryTimeout: '20ms',
                retryOn: ['timedOut'],
                backoff: { base: '1ms' },
              },
            ],
          },
        ],
      });
      const simulation = finished(scenario);
      simulation.world.kernel.advance(2 * SECOND);
      return shopOf(simulation).duplicates;
    };
    // Arrivals at 100 to 900 ms; each call's effect is carried out by both of its tries.
    expect(twice('once')).toBe(9);
    expect(twice('idempotent')).toBe(0);
  });
});
