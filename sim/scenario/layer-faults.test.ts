import { describe, expect, it } from 'vitest';
import { figuresOf } from '../measure/figures.ts';
import type { RunFigures } from '../measure/figures.ts';
import type { Simulation } from './simulation.ts';
import { scenarioOf, simulationOf } from '../testing/simulate.ts';
import { OUTCOME_NAMES } from '../world/outcome.ts';

/** What befalls layers themselves, in a shop that could always serve. */

interface Stack {
  readonly layers: readonly object[];
  readonly faults?: readonly object[];
  readonly rate?: string;
  readonly clients?: number;
  readonly duration?: string;
  readonly shop?: object;
}

function simulation({
  layers,
  faults = [],
  rate = '100/s',
  clients = 20,
  duration = '10s',
  shop = {},
}: Stack): Simulation {
  return simulationOf(
    scenarioOf({
      duration,
      world: {
        services: { shop: { instances: 4, concurrency: 50, serviceTime: '10ms', ...shop } },
        traffic: [{ name: 'shoppers', to: 'shop', clients, arrivals: { deterministic: rate }, deadline: '1s' }],
        faults,
      },
      edges: [{ from: 'shoppers', to: 'shop', layers }],
    }),
    { measure: { verdicts: true } },
  );
}

const figures = (stack: Stack): RunFigures => {
  const one = simulation(stack);
  one.finish();
  return figuresOf(one);
};

/** Outcomes by second of arrival. */
function bySecond(stack: Stack, outcome: string): number[] {
  const one = simulation(stack);
  const counts = Array.from({ length: 10 }, () => 0);
  one.measurement.follower = {
    arrived: () => undefined,
    ended: ({ arrivedAt }, how) => {
      if (OUTCOME_NAMES[how] === outcome) counts[Math.floor(arrivedAt / 1e9)]++;
    },
  };
  one.finish();
  return counts;
}

const limiter = (more: object = {}): object => ({
  name: 'limiter',
  kind: 'rateLimiter',
  rate: '1000/s',
  burst: 1000,
  ...more,
});
const STRICT = { rate: '1/s', burst: 1 };

describe('overhead', () => {
  it('adds up over layers and tries, and is no time that the service works', () => {
    const layers = [limiter({ overhead: '2ms' }), { name: 'breaker', kind: 'circuitBreaker', overhead: '3ms' }];
    expect(figures({ layers }).latencyMs.max).toBe(10 + 2 + 3);
    const again = {
      name: 'again',
      kind: 'retry',
      tries: 3,
      retryOn: ['error'],
      backoff: { base: '1ms', jitter: 'none' },
      overhead: '1ms',
    };
    const failing = simulation({ layers: [again, ...layers], shop: { errorRate: '100%' }, duration: '20ms' });
    let endedAt = 0;
    failing.measurement.follower = { arrived: () => undefined, ended: () => (endedAt = failing.now) };
    failing.finish();
    // 10 ms after the start: overhead once, then three tries of 15 ms, 1 and 2 ms apart.
    expect(endedAt / 1e6).toBe(10 + 1 + 3 * 15 + 1 + 2);
  });
});

describe('a layer that goes down', () => {
  const down = [{ at: '3s', for: '2s', layerDown: { layer: 'limiter' } }];

  it('lets everything pass it, or refuses everything, until it is back', () => {
    const passing = bySecond({ layers: [limiter({ ...STRICT, whenDown: 'pass' })], faults: down }, 'served');
    expect(passing.slice(3, 5)).toEqual([100, 100]);
    expect(Math.max(...passing.slice(5))).toBeLessThanOrEqual(2);
    const refusing = bySecond({ layers: [limiter({ whenDown: 'refuse' })], faults: down }, 'rejected');
    expect(refusing).toEqual([0, 0, 0, 100, 100, 0, 0, 0, 0, 0]);
  });

  it('is among its own decisions, and visible outside only if it lets causes through', () => {
    const charging = limiter({ name: 'outer', key: 'client', rate: '20/s', burst: 20, refusalCost: 200 });
    const charged = (propagateCause: boolean): number =>
      figures({ layers: [charging, limiter({ whenDown: 'refuse', propagateCause })], faults: down }).rejectedBy.outer ??
      0;
    expect(charged(false)).toBeGreaterThan(0);
    expect(charged(true)).toBe(0);
    const { layers } = figures({ layers: [limiter({ whenDown: 'refuse' })], faults: down });
    expect(layers!.limiter).toMatchObject({ refusals: 200, wrong: { wrongfulRefusal: 200 } });
  });
});

describe('a layer that is saturated', () => {
  it('delays and refuses while it is, and two saturations at once add up and end one by one', () => {
    const faults = [
      { at: '2s', for: '4s', layerSaturated: { layer: 'limiter', delay: '5ms', refuse: '0%' } },
      { at: '4s', for: '4s', layerSaturated: { layer: 'limiter', delay: '7ms', refuse: '100%' } },
    ];
    expect(bySecond({ layers: [limiter()], faults }, 'rejected')).toEqual([0, 0, 0, 0, 100, 100, 100, 100, 0, 0]);
    const delays = [faults[0], { at: '4s', for: '4s', layerSaturated: { layer: 'limiter', delay: '7ms' } }];
    expect(figures({ layers: [limiter()], faults: delays }).latencyMs.max).toBe(10 + 5 + 7);
    expect(figures({ layers: [limiter()], faults: delays.slice(0, 1) }).latencyMs.max).toBe(10 + 5);
  });
});

describe('a layer that loses its state', () => {
  it('forgets what it had learned, in the share of its copies that it strikes', () => {
    const breaker = { name: 'breaker', kind: 'circuitBreaker', policy: 'consecutive', failures: 1, waitOpen: '1h' };
    const faults = [
      { at: '0s', for: '4s', errors: { service: 'shop', instances: 'all', rate: '100%' } },
      { at: '5s', layerReset: { layer: 'breaker' } },
    ];
    const served = bySecond({ layers: [breaker], faults }, 'served');
    expect(served).toEqual([0, 0, 0, 0, 0, 100, 100, 100, 100, 100]);
    const none = [faults[0], { at: '5s', layerReset: { layer: 'breaker', share: '0%' } }];
    expect(bySecond({ layers: [breaker], faults: none }, 'served')[9]).toBe(0);
    const half = [faults[0], { at: '5s', layerReset: { layer: 'breaker', share: '50%' } }];
    const some = bySecond({ layers: [{ ...breaker, copies: 'perClient' }], faults: half, clients: 100 }, 'served')[9];
    expect(some).toBeGreaterThan(30);
    expect(some).toBeLessThan(70);
  });
});

describe('a push of settings', () => {
  const push = (share: string, more: object = {}): object => ({
    at: '4s',
    push: { layer: 'limiter', set: STRICT, share },
    ...more,
  });

  it('reaches all copies, or a share of them: its blast radius', () => {
    const layers = [limiter({ copies: 40 })];
    const rejected = (share: string): number => bySecond({ layers, faults: [push(share)] }, 'rejected').at(-1)!;
    expect(rejected('0%')).toBe(0);
    expect(rejected('100%')).toBeGreaterThan(55);
    expect(rejected('50%') / rejected('100%')).toBeGreaterThan(0.3);
    expect(rejected('50%') / rejected('100%')).toBeLessThan(0.7);
  });

  it('that is rolled back leaves the declared settings', () => {
    const rejected = bySecond({ layers: [limiter()], faults: [push('100%', { for: '3s' })] }, 'rejected');
    expect(rejected.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(Math.min(...rejected.slice(4, 7))).toBeGreaterThan(95);
    expect(rejected.slice(7)).toEqual([0, 0, 0]);
  });

  it('that misses a copy leaves it on the push before', () => {
    const faults = [
      push('100%'),
      { name: 'mend', at: '6s', push: { layer: 'limiter', set: { rate: '1000/s', burst: 500 }, share: '0%' } },
    ];
    expect(bySecond({ layers: [limiter()], faults }, 'rejected').at(-1)).toBeGreaterThan(95);
  });
});

describe('a hotfix by hand', () => {
  const hotfix = { at: '3.5s', hotfix: { layer: 'limiter', set: { rate: '1000/s', burst: 1000 } } };

  it('lasts until the next reconciliation sets back what is declared', () => {
    const forEver = bySecond({ layers: [limiter(STRICT)], faults: [hotfix] }, 'served');
    const reverted = bySecond({ layers: [limiter({ ...STRICT, reconcile: '3s' })], faults: [hotfix] }, 'served');
    expect(forEver.slice(4)).toEqual([100, 100, 100, 100, 100, 100]);
    expect(reverted.slice(4, 6)).toEqual([100, 100]);
    expect(Math.max(...reverted.slice(6))).toBeLessThanOrEqual(2);
  });

  it('over a push gives way to the push, not to what was declared before it', () => {
    const faults = [{ name: 'bad', at: '1s', push: { layer: 'limiter', set: STRICT } }, hotfix];
    const served = bySecond({ layers: [limiter({ reconcile: '3s' })], faults }, 'served');
    expect(served.slice(4, 6)).toEqual([100, 100]);
    expect(Math.max(...served.slice(6))).toBeLessThanOrEqual(2);
  });
});

describe('copies', () => {
  const small = (copies: unknown, more: object = {}): number =>
    figures({ layers: [limiter({ rate: '10/s', burst: 1, copies, ...more })], clients: 20 }).outcomes.served;

  it('each let through what one would: so many times as much', () => {
    expect(small('shared')).toBeLessThan(105);
    expect(small(4) / small('shared')).toBeGreaterThan(3);
    // 5 requests a second of each client are below 10.
    expect(small('perClient')).toBeGreaterThan(500);
  });

  it('that tell each other what they let through come near to one, the nearer the more often', () => {
    const [never, seldom, often] = [small(8), small(8, { synchronise: '2s' }), small(8, { synchronise: '50ms' })];
    expect(seldom).toBeLessThan(never);
    expect(often).toBeLessThan(seldom);
    expect(often).toBeLessThan(3 * small('shared'));
  });

  it('of a balancer are workers that each balance alone', () => {
    const balanced = (copies: number): number[] => {
      const one = simulation({
        layers: [{ name: 'lb', kind: 'loadBalancer', policy: 'roundRobin', copies }],
        rate: '40/s',
      });
      one.finish();
      return one.world.services[0].instances.map(({ answers }) => answers);
    };
    expect(Math.max(...balanced(1)) - Math.min(...balanced(1))).toBeLessThanOrEqual(1);
    expect(Math.max(...balanced(16)) - Math.min(...balanced(16))).toBeGreaterThan(1);
  });
});

describe('a view that is too old', () => {
  const troubled = (effect: string): object[] => [{ at: '1s', for: '9s', telemetry: { layer: 'lb', effect } }];
  const balancer = (more: object): object => ({
    name: 'lb',
    kind: 'loadBalancer',
    policy: 'leastRequest',
    choices: 4,
    source: 'reported',
    metrics: { interval: '100ms', ...more },
  });

  it('is held by a balancer, which herds on it, or makes it choose at random', () => {
    const spread = (effect: string, more: object): number => {
      const one = simulation({
        layers: [balancer(more)],
        faults: troubled(effect),
        rate: '400/s',
        shop: { serviceTime: { exponential: '40ms' } },
      });
      one.finish();
      const answers = one.world.services[0].instances.map(({ answers: count }) => count);
      return Math.max(...answers) / Math.min(...answers);
    };
    expect(spread('lose', {})).toBeGreaterThan(2);
    expect(spread('lose', { maxAge: '500ms', onStale: 'random' })).toBeLessThan(2);
    // Frozen samples go on claiming to be fresh.
    expect(spread('freeze', { maxAge: '500ms', onStale: 'random' })).toBeGreaterThan(2);
  });
});

it('runs a scenario of everything to the same digest twice', () => {
  const stack: Stack = {
    layers: [limiter({ copies: 3 })],
    faults: [{ at: '1s', push: { layer: 'limiter', set: STRICT, share: '50%' } }],
  };
  const digest = (): string => {
    const one = simulation(stack);
    one.finish();
    return one.measurement.digest.toString();
  };
  expect(digest()).toBe(digest());
});
