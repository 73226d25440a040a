import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../measure/figures.ts';
import { SECOND } from '../../kernel/time.ts';
import type { Simulation } from '../../scenario/simulation.ts';
import { finished, scenarioOf, simulationOf } from '../../testing/simulate.ts';

interface Choice {
  readonly service?: object;
  readonly faults?: readonly object[];
  readonly layers?: readonly object[];
  readonly readiness?: object | null;
}

const BALANCER = { name: 'balancer', kind: 'loadBalancer', policy: 'roundRobin' };

function scenario({ service, faults, layers, readiness }: Choice): ReturnType<typeof scenarioOf> {
  return scenarioOf({
    duration: '120s',
    world: {
      services: {
        shop: {
          instances: { initial: 4, max: 6 },
          concurrency: 4,
          serviceTime: '10ms',
          ...(readiness === null ? {} : { readiness: { propagation: '2s', ...readiness } }),
          ...service,
        },
      },
      traffic: [{ name: 'shoppers', to: 'shop', arrivals: { deterministic: '100/s' }, deadline: '1s' }],
      faults: faults ?? [],
    },
    edges: [{ from: 'shoppers', to: 'shop', layers: layers ?? [BALANCER] }],
  });
}

/** The seconds at which the list of endpoints changes, and what it then holds. */
function endpointsOf(simulation: Simulation): { at: number; endpoints: string }[] {
  const [service] = simulation.world.services;
  const seen = [{ at: 0, endpoints: service.endpoints.join() }];
  for (let at = 0.5; at < 120; at += 0.5) {
    simulation.advance(at * SECOND);
    const endpoints = service.endpoints.join();
    if (endpoints !== seen.at(-1)!.endpoints) seen.push({ at, endpoints });
  }
  return seen;
}

const run = (choice: Choice): { at: number; endpoints: string }[] => endpointsOf(simulationOf(scenario(choice)));
const struck = (act: object): object[] => [{ at: '20s', for: '50s', ...act }];
const ON_0 = { service: 'shop', instances: [0] };

describe('readiness probes', () => {
  it('take a crashed instance out after three failures and the propagation, and bring it back after one success', () => {
    const [, out, back, ...more] = run({ faults: struck({ crash: ON_0 }) });
    // The third failing probe comes 20 to 30 s after the crash at 20 s, the first success within 10 s of 70 s.
    expect(out).toMatchObject({ endpoints: '1,2,3' });
    expect(out.at).toBeGreaterThanOrEqual(42);
    expect(out.at).toBeLessThanOrEqual(52.5);
    expect(back).toMatchObject({ endpoints: '0,1,2,3' });
    expect(back.at).toBeGreaterThanOrEqual(72);
    expect(back.at).toBeLessThanOrEqual(82.5);
    expect(more).toEqual([]);
  });

  it('take as long as their period and threshold say, and their timeout more for one that hangs', () => {
    const fast = { periodSeconds: 1, failureThreshold: 2, timeoutSeconds: 1, propagation: '0s' };
    const [, crashed] = run({ faults: struck({ crash: ON_0 }), readiness: fast });
    const [, hanging] = run({ faults: struck({ freeze: ON_0 }), readiness: fast });
    expect(crashed.at).toBeGreaterThanOrEqual(21);
    expect(crashed.at).toBeLessThanOrEqual(22.5);
    expect(hanging.at).toBeCloseTo(crashed.at + 1, 9);
  });

  it('do not see what keeps callers away from an instance', () => {
    expect(run({ faults: struck({ gray: { ...ON_0, callers: '100%' } }) })).toHaveLength(1);
  });

  it('let the callers of a dead instance fail until they have learned of it', () => {
    const faults = struck({ crash: ON_0 });
    const failed = (choice: Choice): number => figuresOf(finished(scenario({ faults, ...choice }))).outcomes.failed;
    const known = failed({ readiness: null });
    const probed = failed({});
    // A quarter of 100/s for 22 to 32 s, with a balancer or without one.
    expect(known).toBe(0);
    expect(probed).toBeGreaterThanOrEqual(540);
    expect(probed).toBeLessThanOrEqual(830);
    expect(failed({ layers: [] })).toBeGreaterThanOrEqual(450);
  });

  it('hold back a new instance until a probe has passed, and spread that; its removal goes straight to the list', () => {
    const replicas = (at: string, count: number): object => ({ at, replicas: { service: 'shop', count } });
    const faults = [replicas('20s', 5), replicas('70s', 4)];
    const service = { coldStart: '3s' };
    const readiness = { periodSeconds: 5, initialDelaySeconds: 2 };
    const [, up, down] = run({ faults, readiness, service });
    // Probed at 20 (too early), 25 s (passes); answers after 1 ms; spread in 2 s. Removed at 70 s.
    expect(up).toEqual({ at: 27.5, endpoints: '0,1,2,3,4' });
    expect(down).toEqual({ at: 72, endpoints: '0,1,2,3' });
  });

  it('that go deep take out instances that are merely busy', () => {
    const busy = { concurrency: 1, serviceTime: '60ms', queue: { limit: 'none' } };
    const patient = { readiness: { periodSeconds: 5, timeoutSeconds: 1 }, service: busy };
    expect(run(patient)).toHaveLength(1);
    expect(run({ ...patient, readiness: { ...patient.readiness, depth: 'deep' } }).length).toBeGreaterThan(1);
  });

  it('are what an autoscaler goes by', () => {
    const simulation = simulationOf(scenario({ faults: struck({ crash: ON_0 }) }));
    const [{ readiness, ready }] = simulation.world.services;
    simulation.advance(30 * SECOND);
    expect([readiness!.count, ready.length]).toEqual([4, 3]);
    simulation.advance(52 * SECOND);
    expect([readiness!.count, readiness!.isReady(0), readiness!.isReady(1)]).toEqual([3, false, true]);
    expect(readiness!.changedAt(0)).toBeGreaterThanOrEqual(40 * SECOND);
  });

  it('of which a later change overtakes an earlier one leave the later one standing', () => {
    const readiness = { periodSeconds: 1, failureThreshold: 1, propagation: { uniform: { min: '0s', max: '10s' } } };
    const faults = [{ every: '4s', for: '1500ms', crash: ON_0 }];
    const simulation = simulationOf(scenario({ faults, readiness }));
    simulation.finish();
    const [service] = simulation.world.services;
    expect(service.endpoints.length).toBeGreaterThanOrEqual(3);
    expect([...service.endpoints]).toEqual([...service.endpoints].sort((a, b) => a - b));
  });
});
