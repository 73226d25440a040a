import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../measure/figures.ts';
import type { Simulation } from '../../scenario/simulation.ts';
import { finished, scenarioOf, simulationOf } from '../../testing/simulate.ts';
import { SECOND } from '../../kernel/time.ts';
import type { LoadBalancerLayer } from './layer.ts';

const ENVOY = { policy: 'envoy', timeout: '1s', interval: '5s', unhealthyThreshold: 3, healthyThreshold: 2 };

/** Ten hosts of a static list, one of which a fault strikes at 10 s. */
function scenario(
  fault: object,
  balancer: object,
  more: { service?: object; rate?: string } = {},
): ReturnType<typeof scenarioOf> {
  return scenarioOf({
    duration: '60s',
    world: {
      services: { shop: { instances: 10, concurrency: 4, serviceTime: '10ms', ...more.service } },
      traffic: [
        {
          name: 'shoppers',
          to: 'shop',
          arrivals: { deterministic: more.rate ?? '100/s' },
          deadline: '2s',
          clients: 20,
        },
      ],
      faults: [{ at: '10s', for: '30s', ...fault }],
    },
    edges: [
      {
        from: 'shoppers',
        to: 'shop',
        layers: [
          {
            name: 'balancer',
            kind: 'loadBalancer',
            policy: 'roundRobin',
            discovery: '1h',
            panicThreshold: '0%',
            ...balancer,
          },
        ],
      },
    ],
  });
}

/** The seconds at which host 0 goes out and comes back. */
function changesOf(simulation: Simulation): { at: number; out: boolean }[] {
  const [balancer] = simulation.edges[0].layers as unknown as [LoadBalancerLayer];
  const changes: { at: number; out: boolean }[] = [];
  for (let second = 0.5; second < 60; second += 0.5) {
    simulation.advance(second * SECOND);
    const out = !balancer.isChoosable(0);
    if (out !== (changes.at(-1)?.out ?? false)) changes.push({ at: second, out });
  }
  return changes;
}

const run = (fault: object, check: object, more: object = {}): { at: number; out: boolean }[] =>
  changesOf(simulationOf(scenario(fault, { healthCheck: check, ...more })));

const CRASH = { crash: { service: 'shop', instances: [0] } };

describe('active health checks as of Envoy', () => {
  it('take a crashed host out after three checks, and back after two', () => {
    const [out, back, ...more] = run(CRASH, ENVOY);
    // The third failed check comes 10 to 15 s after the crash, the second success 5 to 10 s after it is back at 40 s.
    expect(out.at).toBeGreaterThanOrEqual(20);
    expect(out.at).toBeLessThanOrEqual(25.5);
    expect(back.at).toBeGreaterThanOrEqual(45);
    expect(back.at).toBeLessThanOrEqual(50.5);
    expect(more).toEqual([]);
  });

  it('take a frozen host out, each check after its timeout', () => {
    const [out] = run({ freeze: { service: 'shop', instances: [0] } }, ENVOY);
    expect(out.at).toBeGreaterThanOrEqual(23);
    expect(out.at).toBeLessThanOrEqual(28.5);
  });

  it('see a host that is slower than their timeout, and not one that is slow but in time', () => {
    const slowed = (work: string): unknown[] =>
      run({ slow: { service: 'shop', instances: [0], factor: 100 } }, { ...ENVOY, work });
    expect(slowed('5ms')).toEqual([]);
    expect(slowed('15ms')).toHaveLength(2);
  });

  it('are answered by a host that fails every request, unless they go as deep', () => {
    const errors = { errors: { service: 'shop', instances: [0], rate: '100%' } };
    expect(run(errors, ENVOY)).toEqual([]);
    // A wrong answer takes it out at once: within one interval.
    const [out] = run(errors, { ...ENVOY, depth: 'deep' });
    expect(out.at).toBeLessThanOrEqual(15.5);
  });

  it('do not see what keeps only some callers away, where they go another way', () => {
    const gray = { gray: { service: 'shop', instances: [0], callers: '50%' } };
    const seen = Array.from({ length: 20 }, (_, seed) => {
      const simulation = simulationOf(scenario(gray, { healthCheck: ENVOY }), { seed: String(seed) });
      return changesOf(simulation).length > 0;
    });
    const count = seen.filter(Boolean).length;
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThan(17);
  });

  it('that go deep wait behind the queue of a busy host, and take it out though it works', () => {
    const busy = {
      service: { instances: 1, concurrency: 1, serviceTime: '400ms', queue: { limit: 'none' } },
      rate: '4/s',
    };
    const nothing = { errors: { service: 'shop', instances: [0], rate: '0%' } };
    const changes = (check: object): number =>
      changesOf(simulationOf(scenario(nothing, { healthCheck: check }, busy))).length;
    expect(changes({ ...ENVOY, depth: 'deep' })).toBeGreaterThan(0);
    expect(changes(ENVOY)).toBe(0);
  });

  it('with ten copies are each copy’s own', () => {
    const { outcomes } = figuresOf(finished(scenario(CRASH, { healthCheck: ENVOY, copies: 10 })));
    // Without them a tenth of 30 s of requests fail: 300. They notice after 10 to 15 s.
    expect(outcomes.failed).toBeGreaterThan(90);
    expect(outcomes.failed).toBeLessThan(160);
  });

  it('are lost with the state of the layer, and begin anew', () => {
    const reset = scenario({ ...CRASH, at: '30s', for: '20s' }, { healthCheck: ENVOY });
    const faults = [
      ...reset.world.faults,
      {
        name: 'r',
        timing: { kind: 'once', at: 5e9, length: 1 },
        act: { kind: 'layerReset', layer: 'balancer', share: 1 },
      },
    ];
    const world = { ...reset.world, faults: faults as typeof reset.world.faults };
    expect(changesOf(simulationOf({ ...reset, world }))).toHaveLength(2);
  });
});

describe('an ejected host that passes a health check', () => {
  const ERRORS = { errors: { service: 'shop', instances: [0], rate: '100%' } };
  const outliers = (more: object): object => ({
    outlierDetection: { policy: 'envoy', maxEjectionPercent: '50%', interval: '1s', ...more },
    healthCheck: { ...ENVOY, interval: '2s' },
  });
  const failed = (balancer: object): number => figuresOf(finished(scenario(ERRORS, balancer))).outcomes.failed;

  it('comes back at once, to fail again, as Envoy has it by default', () => {
    const stays = failed(outliers({ successfulActiveHealthCheckUnejectHost: false }));
    const returns = failed(outliers({}));
    // Five errors eject it; after 30 s it would be back. With a check each 2 s it fails five more each time.
    expect(stays).toBeLessThanOrEqual(10);
    expect(returns).toBeGreaterThanOrEqual(60);
  });
});

describe('health checks as of HAProxy', () => {
  it('take a crashed server out at the third check of two seconds, and back at the second', () => {
    const [out, back] = run(CRASH, { policy: 'haproxy' });
    expect(out.at).toBeGreaterThanOrEqual(14);
    expect(out.at).toBeLessThanOrEqual(16.5);
    expect(back.at).toBeGreaterThanOrEqual(42);
    expect(back.at).toBeLessThanOrEqual(44.5);
  });
});

describe('a balancer without health checks', () => {
  it('goes on sending to a host that is down for as long as it is', () => {
    const { outcomes } = figuresOf(finished(scenario(CRASH, {})));
    expect(outcomes.failed).toBe(300);
  });
});
