import { describe, expect, it } from 'vitest';
import { figuresOf } from '../measure/figures.ts';
import type { Simulation } from '../scenario/simulation.ts';
import { digestOf, finished, scenarioOf, simulationOf } from '../testing/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Two regions: east of two zones, west of one. One way within a zone 1 ms, within a region 3 ms, between regions 40 ms. */
interface Around {
  readonly faults?: readonly object[];
  readonly layers?: readonly object[];
  readonly shop?: object;
  readonly traffic?: object;
  readonly duration?: string;
}

function world({ faults = [], layers = [], shop = {}, traffic = {}, duration = '2s' }: Around): Scenario {
  return scenarioOf({
    duration,
    world: {
      zones: { a: { region: 'east' }, b: { region: 'east' }, c: { region: 'west' } },
      network: { sameZone: '1ms', sameRegion: '3ms', betweenRegions: '40ms' },
      services: { shop: { instances: 6, concurrency: 20, serviceTime: '10ms', zones: ['a', 'b', 'c'], ...shop } },
      traffic: [
        { name: 'shoppers', to: 'shop', arrivals: { deterministic: '100/s' }, deadline: '1s', zone: 'a', ...traffic },
      ],
      faults,
    },
    edges: [{ from: 'shoppers', to: 'shop', layers }],
  });
}

/** By instance, what it served. */
const shares = ({ world: { services } }: Simulation): number[] => services[0].instances.map(({ answers }) => answers);
const latencies = (around: Around): number => figuresOf(finished(world(around))).latencyMs.max;

describe('the network', () => {
  it('takes its time there and back, by how far zones are from each other', () => {
    expect(latencies({ shop: { zones: ['a'] } })).toBe(10 + 2);
    expect(latencies({ shop: { zones: ['b'] } })).toBe(10 + 6);
    expect(latencies({ shop: { zones: ['c'] } })).toBe(10 + 80);
  });

  it('that a fault has slowed is afterwards exactly as it was before', () => {
    const simulation = simulationOf(
      world({
        faults: [
          { at: '500ms', for: '500ms', networkDelay: { between: ['a', 'b'], factor: 3.7, extra: '0.1ms' } },
          { at: '700ms', for: '600ms', networkDelay: { between: ['b', 'a'], factor: 0.3 } },
        ],
      }),
    );
    const network = simulation.world.network!;
    const means = (): number[] => [network.meanDelay(0, 1), network.meanDelay(1, 0), network.meanDelay(0, 2)];
    const before = means();
    simulation.advance(6e8);
    expect(network.meanDelay(0, 1)).toBe(3e6 * 3.7 + 1e5);
    simulation.advance(8e8);
    expect(network.meanDelay(0, 1)).toBeCloseTo(3e6 * 3.7 * 0.3 + 1e5, 3);
    simulation.advance(11e8);
    expect(network.meanDelay(1, 0)).toBe(3e6 * 0.3);
    simulation.advance(14e8);
    expect(means()).toEqual(before);
  });

  it('when it is cut drops what is sent in silence, there and back; what is not sent over the cut goes on', () => {
    const cut = { at: '500ms', for: '500ms', partition: { between: ['a', 'c'] } };
    const far = figuresOf(finished(world({ shop: { zones: ['c'] }, faults: [cut] })));
    // Sent from 0.5 s on until 1 s, or answered meanwhile: 50 ms earlier.
    expect(far.outcomes.dropped).toBeGreaterThanOrEqual(50);
    expect(far.outcomes.dropped + far.outcomes.timedOut).toBeLessThanOrEqual(57);
    expect(figuresOf(finished(world({ shop: { zones: ['b'] }, faults: [cut] }))).success).toBe(1);
  });

  it('that no layer acts on leaves every request as it is, whatever is added on nested edges', () => {
    const nested = (layers: readonly object[]): string =>
      digestOf(
        scenarioOf({
          duration: '5s',
          world: {
            zones: ['a', 'b'],
            network: { sameZone: { exponential: '1ms' }, sameRegion: { exponential: '3ms' } },
            services: {
              shop: {
                instances: 4,
                concurrency: 8,
                serviceTime: { exponential: '5ms' },
                calls: [{ all: ['stock', 'price'], timeout: '60ms' }],
              },
              stock: { instances: 2, concurrency: 2, serviceTime: { exponential: '9ms' }, errorRate: '3%' },
              price: { instances: 3, concurrency: 2, serviceTime: { exponential: '7ms' } },
            },
            traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '150/s' }, deadline: '200ms', zone: 'a' }],
          },
          edges: [{ from: 'shop', to: 'stock', layers }],
        }),
      );
    const plain = nested([]);
    const idle = [
      { name: 'gate', kind: 'rateLimiter', rate: '100000/s', burst: 100000, propagateCause: true },
      {
        name: 'breaker',
        kind: 'circuitBreaker',
        policy: 'consecutive',
        failures: 1e6,
        waitOpen: '5s',
        propagateCause: true,
      },
      { name: 'again', kind: 'retry', tries: 3, retryOn: ['limited'] },
    ];
    expect(nested(idle)).toBe(plain);
    expect(
      nested([{ name: 'shadowed', kind: 'rateLimiter', rate: '1/s', burst: 1, mode: 'shadow', overhead: '5ms' }]),
    ).toBe(plain);
    expect(nested([{ ...idle[0], rate: '50/s', burst: 1 }])).not.toBe(plain);
  });
});

describe('a zone that is lost', () => {
  it('takes all its instances down, of every service, and gives them back', () => {
    const simulation = simulationOf(world({ faults: [{ at: '500ms', for: '500ms', zoneLoss: { zone: 'b' } }] }));
    simulation.advance(7e8);
    expect(simulation.world.services[0].ready).toEqual([0, 2, 3, 5]);
    simulation.advance(11e8);
    expect(simulation.world.services[0].ready).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('that overlaps a crash of one of its instances gives that back only when both are over', () => {
    const faults = [
      { at: '500ms', for: '500ms', zoneLoss: { zone: 'b' } },
      { at: '700ms', for: '800ms', crash: { service: 'shop', instances: [1] } },
    ];
    const simulation = simulationOf(world({ faults }));
    simulation.advance(12e8);
    expect(simulation.world.services[0].ready).toEqual([0, 2, 3, 4, 5]);
    simulation.advance(16e8);
    expect(simulation.world.services[0].ready).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('a balancer that chooses a pool', () => {
  const inner = { name: 'inner', kind: 'loadBalancer', policy: 'roundRobin' };
  const local = (more: object = {}): object => ({
    name: 'outer',
    kind: 'loadBalancer',
    policy: 'localFirst',
    chooses: 'zone',
    ...more,
  });

  it('keeps requests in the zone of their caller', () => {
    expect(shares(finished(world({ layers: [local(), inner] })))).toEqual([100, 0, 0, 99, 0, 0]);
  });

  it('by region spreads them over the zones of it', () => {
    const counts = shares(finished(world({ layers: [local({ chooses: 'region' }), inner] })));
    expect([counts[2], counts[5]]).toEqual([0, 0]);
    expect(Math.min(counts[0], counts[1], counts[3], counts[4])).toBeGreaterThan(40);
  });

  it('escalates when its own zone has lost too much, and comes back', () => {
    const faults = [{ at: '500ms', for: '1s', zoneLoss: { zone: 'a' } }];
    const [a0, b0, c0, a1, b1, c1] = shares(finished(world({ layers: [local(), inner], faults })));
    expect(a0 + a1).toBeGreaterThanOrEqual(98);
    expect(b0 + b1 + c0 + c1).toBeGreaterThanOrEqual(97);
  });

  it('escalates above a load, and then not all', () => {
    const crowded = {
      layers: [local({ escalateAbove: 1 }), inner],
      shop: { concurrency: 1, serviceTime: '15ms' },
      traffic: { arrivals: { deterministic: '300/s' } },
    };
    const [a0, b0, c0, a1, b1, c1] = shares(finished(world(crowded)));
    expect(a0 + a1).toBeGreaterThan(200);
    expect(b0 + b1 + c0 + c1).toBeGreaterThan(100);
  });

  it('learns late of what is lost, by its discovery: until then requests fail', () => {
    const faults = [{ at: '500ms', for: '1s', zoneLoss: { zone: 'a' } }];
    const failed = (discovery: string): number =>
      figuresOf(finished(world({ layers: [local({ discovery }), { ...inner, discovery }], faults }))).outcomes.failed;
    expect(failed('0s')).toBeLessThanOrEqual(2);
    expect(failed('300ms')).toBeGreaterThanOrEqual(28);
    expect(failed('300ms')).toBeLessThanOrEqual(32);
  });

  it('runs on with other settings where a push has reached it', () => {
    const settings = [{ at: '1s', push: { layer: 'outer', set: { minimumHealthy: '100%' } } }];
    // Of six instances two are lost, one in each half of the zone's pair: half of its own is left.
    const faults = [...settings, { at: '500ms', crash: { service: 'shop', instances: [3] } }];
    const home = (copies: unknown): number => {
      const layers = [local({ minimumHealthy: '50%', copies }), inner];
      return shares(finished(world({ layers, faults, traffic: { clients: 5 } })))[0];
    };
    expect(home('shared')).toBeLessThan(150);
    expect(home('shared')).toBe(home('perClient'));
  });
});
