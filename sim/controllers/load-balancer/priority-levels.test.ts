import { describe, expect, it } from 'vitest';
import { SECOND } from '../../kernel/time.ts';
import { ScenarioError } from '../../scenario/scenario-error.ts';
import { scenarioOf, simulationOf } from '../../testing/simulate.ts';

interface Choice {
  readonly down?: readonly number[];
  readonly balancer?: object;
  readonly zones?: boolean;
  readonly instances?: number;
}

/** Shares of the answers by instance in the last 40 of 60 s; those in `down` have been down since 1 s. */
function sharesOf({ down = [], balancer, zones = false, instances = 8 }: Choice): number[] {
  const layer = {
    name: 'balancer',
    kind: 'loadBalancer',
    policy: 'envoyRoundRobin',
    discovery: '1h',
    healthCheck: { policy: 'envoy', timeout: '1s', interval: '2s', unhealthyThreshold: 1, healthyThreshold: 1 },
    priorities: { levels: [0, 1] },
    ...balancer,
  };
  const simulation = simulationOf(
    scenarioOf({
      duration: '60s',
      world: {
        ...(zones ? { zones: { a: { region: 'x' }, b: { region: 'x' } } } : {}),
        services: {
          shop: {
            instances,
            concurrency: 50,
            serviceTime: '1ms',
            ...(zones ? { zones: ['a', 'a', 'b', 'b'] } : {}),
          },
        },
        traffic: [
          {
            name: 'shoppers',
            to: 'shop',
            arrivals: { deterministic: '1000/s' },
            deadline: '1s',
            ...(zones ? { zone: 'a' } : {}),
          },
        ],
        faults: down.length === 0 ? [] : [{ at: '1s', crash: { service: 'shop', instances: down } }],
      },
      edges: [{ from: 'shoppers', to: 'shop', layers: [layer] }],
    }),
  );
  const [service] = simulation.world.services;
  simulation.advance(20 * SECOND);
  const before = service.instances.map(({ answers }) => answers);
  simulation.advance(60 * SECOND);
  // What goes to an instance that is down comes back at once as an error that it has not made.
  return service.instances.map(({ answers }, i) => (answers - before[i]) / 40_000);
}

const sum = (shares: readonly number[], ...hosts: readonly number[]): number =>
  hosts.reduce((total, host) => total + shares[host], 0);
const P0 = [0, 2, 4, 6];
const P1 = [1, 3, 5, 7];

describe('priority levels', () => {
  it('leave the lower ones idle while the first is healthy', () => {
    const shares = sharesOf({});
    expect(sum(shares, ...P1)).toBe(0);
    expect(sum(shares, ...P0)).toBeCloseTo(1, 2);
  });

  it('leave them idle down to 71 % healthy, and pass on what the overprovisioning does not cover', () => {
    // 140 * 3 / 4 is above 100. 140 * 2 / 4 = 70: 70 % and 30 %. 140 / 4 = 35.
    expect(sum(sharesOf({ down: [0] }), ...P1)).toBe(0);
    expect(sum(sharesOf({ down: [0, 2] }), ...P1)).toBeCloseTo(0.3, 1);
    expect(sum(sharesOf({ down: [0, 2, 4] }), ...P1)).toBeCloseTo(0.65, 1);
    expect(sum(sharesOf({ down: [0, 2, 4, 6] }), ...P1)).toBeCloseTo(1, 2);
  });

  it('take another overprovisioning factor', () => {
    const priorities = { levels: [0, 1], overprovisioningFactor: 100 };
    expect(sum(sharesOf({ down: [0], balancer: { priorities } }), ...P1)).toBeCloseTo(0.25, 1);
  });

  it('never panic while a lower level can take the load, and do once none can', () => {
    // Below 50 % healthy, but P1 makes up for it: the one that is left of P0 takes all of P0's 35 %.
    const [, , , , , , left] = sharesOf({ down: [0, 2, 4] });
    expect(left).toBeCloseTo(0.35, 1);
    // Each level has one of four left: 35 + 35 < 100, both panic, and 3 of 4 requests go to hosts that are down.
    const panic = sharesOf({ down: [0, 2, 4, 1, 3, 5] });
    expect(sum(panic, 6, 7)).toBeCloseTo(0.25, 1);
    // Without panic the two that are left take it all.
    const calm = sharesOf({ down: [0, 2, 4, 1, 3, 5], balancer: { panicThreshold: '0%' } });
    expect(sum(calm, 6, 7)).toBeCloseTo(1, 2);
  });

  it('go with every policy that looks at loads, results or reports', () => {
    for (const policy of ['leastRequest', 'peakEwma', 'grpcWeightedRoundRobin', 'prequal', 'random', 'envoyMaglev']) {
      const shares = sharesOf({ down: [0, 2], balancer: { policy } });
      expect(sum(shares, ...P1), policy).toBeCloseTo(0.3, 1);
    }
  });
});

describe('weights of localities', () => {
  const localities = (down: readonly number[], more: object = {}): number[] =>
    sharesOf({ down, zones: true, balancer: { priorities: { levels: [0], localityWeights: [3, 1], ...more } } });
  const inA = [0, 1, 4, 5];

  it('split the load of a level by zones, whatever the number of hosts', () => {
    expect(sum(localities([]), ...inA)).toBeCloseTo(0.75, 2);
  });

  it('are lowered once fewer hosts of a zone are healthy than the overprovisioning allows', () => {
    // 3 * 1.4 * 2/4 = 2.1 against 1.
    expect(sum(localities([0, 1]), ...inA)).toBeCloseTo(2.1 / 3.1, 2);
    expect(sum(localities([0]), ...inA)).toBeCloseTo(0.75, 2);
  });

  it('do not matter in panic', () => {
    // 1 of 8 is left, 17.5 % healthy, below 50 %: all hosts alike.
    expect(sum(localities([0, 1, 2, 3, 4, 5, 6]), 7)).toBeCloseTo(1 / 8, 1);
  });
});

describe('what is no level', () => {
  const complaint = (priorities: object): string => {
    try {
      sharesOf({ balancer: { priorities } });
      return 'none';
    } catch (error) {
      if (error instanceof ScenarioError) return error.problems[0].message;
      throw error;
    }
  };

  it('is refused, with what there must be', () => {
    expect(complaint({ levels: [0, 2] })).toBe('no instance has priority 1, but one has 2: none may be left out');
    expect(complaint({ levels: [129] })).toMatch(/expected 0 to 128 \(Envoy/);
    expect(complaint({ levels: [0], overprovisioningFactor: 0 })).toMatch(/expected at least 1 \(Envoy/);
  });
});
