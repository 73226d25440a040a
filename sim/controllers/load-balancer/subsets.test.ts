import { describe, expect, it } from 'vitest';
import { scenarioOf, simulationOf } from '../../testing/simulate.ts';
import { rootKey } from '../../kernel/random.ts';
import { Subsets } from './subsets.ts';

const HOSTS = Array.from({ length: 20 }, (_, i) => i);

describe('random subsetting as of gRPC', () => {
  const subsets = new Subsets({ policy: 'grpcRandomSubsetting', subsetSize: 5 }, 'shop', rootKey('1'), 'balancer');

  it('gives each client hosts of its own, the same each time, and all if there are no more', () => {
    const first = subsets.of(0, HOSTS);
    expect(first).toHaveLength(5);
    expect(subsets.of(0, HOSTS)).toEqual(first);
    expect(subsets.of(1, HOSTS)).not.toEqual(first);
    expect(subsets.of(0, [3, 4])).toEqual([3, 4]);
  });

  it('changes one place of a subset at most when a host leaves', () => {
    const first = subsets.of(0, HOSTS);
    for (const gone of HOSTS) {
      const rest = subsets.of(
        0,
        HOSTS.filter((host) => host !== gone),
      );
      expect(rest.filter((host) => first.includes(host))).toHaveLength(first.includes(gone) ? 4 : 5);
    }
  });

  it('leaves some hosts with far more clients than others, or with none', () => {
    const clients = new Array<number>(20).fill(0);
    for (let client = 0; client < 12; client++) for (const host of subsets.of(client, HOSTS)) clients[host]++;
    expect(clients.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(Math.max(...clients)).toBeGreaterThanOrEqual(5);
    expect(Math.min(...clients)).toBeLessThanOrEqual(1);
  });

  it('keeps the clients of a scenario to their hosts', () => {
    const simulation = simulationOf(
      scenarioOf({
        duration: '10s',
        world: {
          services: { shop: { instances: 20, concurrency: 10, serviceTime: '1ms' } },
          traffic: [{ name: 'one', to: 'shop', clients: 1, arrivals: { deterministic: '100/s' }, deadline: '1s' }],
        },
        edges: [
          {
            from: 'one',
            to: 'shop',
            layers: [
              {
                name: 'balancer',
                kind: 'loadBalancer',
                policy: 'roundRobin',
                copies: 'perClient',
                subsetting: { policy: 'grpcRandomSubsetting', subsetSize: 5 },
              },
            ],
          },
        ],
      }),
    );
    simulation.finish();
    const used = simulation.world.services[0].instances.filter(({ answers }) => answers > 0);
    expect(used).toHaveLength(5);
    expect(used.every(({ answers }) => answers >= 199)).toBe(true);
  });
});
