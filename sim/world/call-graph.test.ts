import { describe, expect, it } from 'vitest';
import { figuresOf } from '../measure/figures.ts';
import type { RunFigures } from '../measure/figures.ts';
import type { Simulation } from '../scenario/simulation.ts';
import { finished, scenarioOf, simulationOf } from '../testing/simulate.ts';
import { SERVED } from './outcome.ts';
import type { Service } from './service.ts';

/** Services that call services, in worlds so small that every moment is known. */

interface Small {
  readonly services: Readonly<Record<string, object>>;
  /** Evenly spaced; the first comes after one gap. */
  readonly rate?: string;
  readonly traffic?: object;
  readonly edges?: readonly object[];
  readonly faults?: readonly object[];
  readonly duration?: string;
}

function run({ services, rate = '1.5/s', traffic = {}, edges = [], faults = [], duration = '1s' }: Small): Simulation {
  const one = { name: 'shoppers', to: 'shop', arrivals: { deterministic: rate }, deadline: '500ms', ...traffic };
  return finished(scenarioOf({ duration, world: { services, traffic: [one], faults }, edges }));
}

const figures = (small: Small): RunFigures => figuresOf(run(small));
const serviceOf = (simulation: Simulation, name: string): Service => simulation.world.serviceByName.get(name)!;
/** Until the work that nobody awaits is done, too. */
function settled(small: Small): Simulation {
  const simulation = run(small);
  simulation.world.kernel.advance(simulation.now + 10e9);
  return simulation;
}

const leaf = (time: string, more: object = {}): object => ({
  instances: 1,
  concurrency: 10,
  serviceTime: time,
  ...more,
});

describe('stages', () => {
  it('come one after the other, their calls side by side, each after its own work', () => {
    const shop = leaf('5ms', { calls: [{ all: ['a', 'b'] }, { work: '7ms', call: 'a' }, { work: '2ms' }] });
    expect(figures({ services: { shop, a: leaf('10ms'), b: leaf('20ms') } }).latencyMs.max).toBe(5 + 20 + 7 + 10 + 2);
  });

  it('end with the first answer, or with a quorum of them', () => {
    const times = { a: leaf('10ms'), b: leaf('20ms'), c: leaf('30ms') };
    const latency = (stage: object): number =>
      figures({ services: { shop: leaf('0ms', { calls: [stage] }), ...times } }).latencyMs.max;
    expect(latency({ first: ['a', 'b', 'c'] })).toBe(10);
    expect(latency({ quorum: 2, of: ['a', 'b', 'c'] })).toBe(20);
    expect(latency({ all: ['a', 'b', 'c'] })).toBe(30);
  });

  it('fail as soon as too few can end well, or merge what there is, which is wrong', () => {
    const services = (onFailure: string): Small['services'] => ({
      shop: leaf('0ms', { calls: [{ quorum: 2, of: ['a', 'b', 'c'], onFailure }] }),
      a: leaf('10ms', { errorRate: '100%' }),
      b: leaf('20ms', { errorRate: '100%' }),
      c: leaf('30ms'),
    });
    const failing = run({ services: services('fail') });
    expect(figuresOf(failing).outcomes).toMatchObject({ failed: 1, served: 0, wrong: 0 });
    const partial = figures({ services: services('partial') });
    expect(partial.outcomes).toMatchObject({ failed: 0, served: 0, wrong: 1 });
  });
});

describe('a slot', () => {
  const services = (holds: string): Small['services'] => ({
    shop: { instances: 1, concurrency: 1, queue: { limit: 2 }, serviceTime: '10ms', holds, calls: ['slow'] },
    slow: leaf('90ms'),
  });

  it('is held while calls are under way: ten requests a second and no more', () => {
    const { goodputPerSecond, services: of } = figures({ services: services('slot'), rate: '50/s', duration: '10s' });
    expect(goodputPerSecond).toBeCloseTo(10, 0);
    expect(of.shop.utilization).toBeGreaterThan(0.99);
  });

  it('is let go with `holds: none`: half the slot is enough for fifty', () => {
    const {
      goodputPerSecond,
      latencyMs,
      services: of,
    } = figures({
      services: services('none'),
      rate: '50/s',
      duration: '10s',
    });
    expect(goodputPerSecond).toBeCloseTo(50, 0);
    expect(latencyMs.max).toBe(100);
    expect(of.shop.utilization).toBeCloseTo(0.5, 1);
  });
});

describe('a deadline', () => {
  it('that is propagated ends nested calls with it; else they go on for nobody', () => {
    const small = (propagatesDeadline: boolean): Small => ({
      services: {
        shop: leaf('0ms', { propagatesDeadline, calls: ['slow'] }),
        slow: leaf('900ms', { cancellation: 'full' }),
      },
      traffic: { deadline: '100ms' },
    });
    const [told, untold] = [settled(small(true)), settled(small(false))];
    expect(serviceOf(told, 'slow').instances[0].busyArea / 1e6).toBe(100);
    expect(serviceOf(untold, 'slow').instances[0].busyArea / 1e6).toBe(900);
    expect(serviceOf(untold, 'slow').lateEffects).toBe(0);
    expect(serviceOf(untold, 'shop').lateEffects).toBe(1);
  });

  it('that has passed before a call is made keeps it from being made', () => {
    const services = { shop: leaf('200ms', { propagatesDeadline: true, calls: ['next'] }), next: leaf('1ms') };
    const simulation = settled({ services, traffic: { deadline: '100ms' } });
    expect(serviceOf(simulation, 'shop').dispatches).toBe(1);
    expect(serviceOf(simulation, 'next').dispatches).toBe(0);
  });

  it('that has passed in the queue drops the work with `dropsExpired`', () => {
    const small = (dropsExpired: boolean): Small => ({
      services: { shop: { instances: 1, concurrency: 1, serviceTime: '100ms', dropsExpired } },
      rate: '40/s',
      duration: '5s',
      traffic: { deadline: '150ms', patience: '1s' },
    });
    const [dropping, working] = [figures(small(true)), figures(small(false))];
    expect(working.outcomes.timedOut).toBeGreaterThan(0);
    expect(working.services.shop.wastedWork).toBeGreaterThan(0.5);
    expect(dropping.services.shop.wastedWork).toBe(0);
    expect(dropping.outcomes.timedOut).toBeGreaterThan(0);
  });
});

describe('checkpoints', () => {
  const small = (checkpoints: boolean): Small => ({
    services: {
      shop: leaf('50ms', { checkpoints, calls: ['first', 'second'] }),
      first: leaf('40ms'),
      // The one instance is down when the first try comes to it, and up for the second.
      second: leaf('10ms'),
    },
    faults: [{ at: '666ms', for: '100ms', crash: { service: 'second', instances: [0] } }],
    edges: [
      {
        from: 'shoppers',
        to: 'shop',
        layers: [
          { name: 'again', kind: 'retry', tries: 2, backoff: { base: '20ms', jitter: 'none' }, retryOn: ['error'] },
        ],
      },
      { from: 'shop', to: 'second', layers: [{ name: 'lb', kind: 'loadBalancer', discovery: '1s' }] },
    ],
  });

  it('let a further try resume where the last one had come to; without them it starts again', () => {
    const [resumed, restarted] = [run(small(true)), run(small(false))];
    expect(figuresOf(resumed).latencyMs.max).toBe(50 + 40 + 20 + 10);
    expect(figuresOf(restarted).latencyMs.max).toBe(50 + 40 + 20 + 50 + 40 + 10);
    expect(serviceOf(resumed, 'first').dispatches).toBe(1);
    expect(serviceOf(restarted, 'first').dispatches).toBe(2);
  });
});

describe('compensation', () => {
  const services = (order: readonly unknown[], more: object = {}): Small['services'] => ({
    shop: leaf('0ms', { calls: order, ...more }),
    pay: leaf('10ms'),
    refund: leaf('5ms'),
    ship: leaf('10ms', { errorRate: '100%' }),
  });
  const pay = { to: 'pay', compensate: 'refund' };
  const dispatched = (small: Small, name: string): number => serviceOf(settled(small), name).dispatches;

  it('undoes what had ended well when a later stage fails', () => {
    expect(dispatched({ services: services([{ call: pay }, 'ship']) }, 'refund')).toBe(1);
  });

  it('undoes what had ended well when its own stage, or the service itself, fails', () => {
    expect(dispatched({ services: services([{ all: [pay, { to: 'ship' }] }]) }, 'refund')).toBe(0 + 1);
    expect(dispatched({ services: services([{ call: pay }], { errorRate: '100%' }) }, 'refund')).toBe(1);
  });

  it('undoes nothing that was not done, and nothing of what ends well', () => {
    expect(dispatched({ services: services(['ship', { call: pay }]) }, 'refund')).toBe(0);
    expect(dispatched({ services: services([{ call: { to: 'ship', compensate: 'refund' } }]) }, 'refund')).toBe(0);
    expect(dispatched({ services: services([{ call: pay }]) }, 'refund')).toBe(0);
  });

  it('takes back the progress that it undoes', () => {
    const again = { name: 'again', kind: 'retry', tries: 2, backoff: { base: '1ms' }, retryOn: ['error'] };
    const small = {
      services: services([{ call: pay }, 'ship'], { checkpoints: true }),
      edges: [{ from: 'shoppers', to: 'shop', layers: [again] }],
    };
    expect(dispatched(small, 'pay')).toBe(2);
    expect(dispatched(small, 'refund')).toBe(2);
  });
});

describe('an effect that is to happen once', () => {
  const retry = (perTryTimeout: string): object => ({
    name: 'again',
    kind: 'retry',
    tries: 2,
    perTryTimeout,
    backoff: { base: '1ms', jitter: 'none' },
  });

  it('is a duplicate when a further try carries it out again, and late when nobody waited', () => {
    const services = { shop: leaf('30ms', { effect: 'once' }) };
    const simulation = settled({ services, edges: [{ from: 'shoppers', to: 'shop', layers: [retry('20ms')] }] });
    expect(serviceOf(simulation, 'shop')).toMatchObject({ dispatches: 2, duplicates: 1, lateEffects: 2 });
    expect(figuresOf(simulation).duplicates).toBe(1);
  });

  it('is a duplicate too when it is a caller further out that was tried again', () => {
    const services = {
      shop: leaf('0ms', { calls: ['pay', 'slow'] }),
      pay: leaf('1ms', { effect: 'once' }),
      slow: leaf('30ms'),
    };
    const simulation = settled({ services, edges: [{ from: 'shoppers', to: 'shop', layers: [retry('20ms')] }] });
    expect(serviceOf(simulation, 'pay')).toMatchObject({ calls: 2, duplicates: 1 });
  });

  it('is none when two calls of one request are two payments, or when it may be done again', () => {
    const two = {
      shop: leaf('0ms', { calls: [{ all: [{ to: 'pay', times: 2 }] }, 'pay'] }),
      pay: leaf('1ms', { effect: 'once' }),
    };
    expect(serviceOf(settled({ services: two }), 'pay')).toMatchObject({ calls: 3, duplicates: 0 });
    const harmless = {
      services: { shop: leaf('30ms') },
      edges: [{ from: 'shoppers', to: 'shop', layers: [retry('20ms')] }],
    };
    expect(serviceOf(settled(harmless), 'shop')).toMatchObject({ dispatches: 2, duplicates: 0 });
  });
});

describe('clients that retry by themselves', () => {
  it('do so in `bare` as in every other design', () => {
    const scenario = scenarioOf({
      duration: '2s',
      world: {
        services: { shop: leaf('5ms', { errorRate: '100%' }) },
        traffic: [
          {
            name: 'shoppers',
            to: 'shop',
            arrivals: { deterministic: '10/s' },
            deadline: '500ms',
            retries: { tries: 3, backoff: { base: '1ms' }, retryOn: ['error'] },
          },
        ],
      },
      edges: [{ from: 'shoppers', to: 'shop', layers: [{ name: 'lb', kind: 'loadBalancer' }] }],
    });
    const [layered] = scenario.designs;
    const bare = {
      ...layered,
      edges: layered.edges.map((edge) => ({
        ...edge,
        layers: edge.layers.filter(({ ofClients }) => ofClients === true),
      })),
    };
    expect(figuresOf(finished(scenario)).amplification).toBe(3);
    expect(figuresOf(finished(scenario, { design: bare })).amplification).toBe(3);
  });
});

describe('priorities', () => {
  it('let the important past a standing queue', () => {
    const classes = [
      { name: 'gold', weight: 1, priority: 0 },
      { name: 'lead', weight: 3, priority: 1 },
    ];
    const served = (discipline: string): number[] => {
      const services = {
        shop: { instances: 1, concurrency: 1, serviceTime: '20ms', queue: { discipline }, cancellation: 'queued' },
      };
      const counts = [0, 0];
      const scenario = scenarioOf({
        duration: '20s',
        world: {
          services,
          traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '100/s' }, deadline: '300ms', classes }],
        },
      });
      const simulation = finishedWatching(scenario, (klass, ok) => (counts[klass] += ok ? 1 : 0));
      expect(simulation.world.arrivals).toBeGreaterThan(1500);
      return counts;
    };
    const [gold, lead] = served('priority');
    const [fifoGold, fifoLead] = served('fifo');
    // A quarter of 100 requests a second are gold, which leaves half of what can be done for lead.
    expect(gold / 20).toBeGreaterThan(23);
    expect(fifoGold / 20).toBeLessThan(15);
    expect(gold / lead).toBeGreaterThan(2 * (fifoGold / fifoLead));
  });
});

function finishedWatching(
  scenario: ReturnType<typeof scenarioOf>,
  see: (klass: number, ok: boolean) => void,
): Simulation {
  const simulation = simulationOf(scenario);
  simulation.measurement.follower = {
    arrived: () => undefined,
    ended: ({ klass }, outcome) => see(klass, outcome === SERVED),
  };
  simulation.finish();
  return simulation;
}
