import { describe, expect, it } from 'vitest';
import { SECOND } from '../../kernel/time.ts';
import { figuresOf } from '../../measure/figures.ts';
import { ScenarioError } from '../../scenario/scenario-error.ts';
import type { Simulation } from '../../scenario/simulation.ts';
import { finished, scenarioOf, simulationOf } from '../../testing/simulate.ts';

interface Choice {
  readonly autoscaler: object;
  readonly service?: object;
  readonly traffic?: object;
  readonly duration?: string;
  readonly layers?: readonly object[];
}

function scenario({ autoscaler, duration, layers, service, traffic }: Choice): ReturnType<typeof scenarioOf> {
  return scenarioOf({
    duration: duration ?? '60s',
    world: {
      services: { shop: { instances: { initial: 0, max: 20 }, concurrency: 10, serviceTime: '50ms', ...service } },
      traffic: [{ name: 'shoppers', to: 'shop', arrivals: { deterministic: '2/s' }, deadline: '20s', ...traffic }],
    },
    edges: layers === undefined ? [] : [{ from: 'shoppers', to: 'shop', layers }],
    autoscalers: [{ name: 'scaler', kind: 'autoscaler', service: 'shop', ...autoscaler }],
  });
}

const BALANCER = { name: 'balancer', kind: 'loadBalancer', policy: 'leastRequest' };
const KNATIVE = { policy: 'knative' };
const KEDA = { policy: 'keda', threshold: 5, pollingInterval: '5s' };

describe('requests for a service at zero replicas', () => {
  it.each([[[] as object[]], [[BALANCER]]])('are held by the activator until the first pod is up', (layers) => {
    const simulation = simulationOf(scenario({ autoscaler: KNATIVE, service: { coldStart: '3s' }, layers }));
    simulation.advance(3 * SECOND);
    const [service] = simulation.world.services;
    // The first came at 0.5 s, and woke the autoscaler at once.
    expect(service.present).toBeGreaterThanOrEqual(1);
    expect(service.instances[0].startedAt).toBe(0.5 * SECOND);
    expect(service.activator!.count).toBe(6);
    simulation.finish();
    const { outcomes, latencyMs } = figuresOf(simulation);
    expect(outcomes).toMatchObject({ served: 119, failed: 0, rejected: 0 });
    expect(latencyMs.max).toBeCloseTo(3050, 3);
    expect(service.activator!.count).toBe(0);
  });

  it('wait for the next poll of KEDA, and with the cold start', () => {
    const held = finished(scenario({ autoscaler: KEDA, service: { coldStart: '1s' }, layers: [BALANCER] }));
    const { outcomes, latencyMs } = figuresOf(held);
    expect(outcomes).toMatchObject({ served: 119, failed: 0 });
    expect(latencyMs.max).toBeGreaterThan(1050);
    expect(latencyMs.max).toBeLessThanOrEqual(6100);
  });

  it('are refused where nobody holds them, and then nothing ever sees that they came', () => {
    const { outcomes } = figuresOf(finished(scenario({ autoscaler: { ...KEDA, holdsAtZero: false } })));
    expect(outcomes).toMatchObject({ served: 0, failed: 119 });
  });

  it('are forgotten once their client hangs up', () => {
    const impatient = { deadline: '1s' };
    const simulation = finished(scenario({ autoscaler: KNATIVE, service: { coldStart: '3s' }, traffic: impatient }));
    const { outcomes } = figuresOf(simulation);
    // Those of the first 2 s after the wake-up are gone before the pod is there at 3.5 s.
    expect(outcomes.timedOut).toBe(5);
    expect(outcomes.served).toBe(114);
    expect(simulation.world.services[0].activator!.count).toBe(0);
  });

  it('are held again after it has scaled down to zero', () => {
    const pause = { arrivals: { recorded: ['1s', '2s', '250s'] } };
    const simulation = simulationOf(
      scenario({ autoscaler: KNATIVE, service: { coldStart: '3s' }, traffic: pause, duration: '300s' }),
    );
    simulation.advance(240 * SECOND);
    expect(simulation.world.services[0].present).toBe(0);
    simulation.finish();
    const { outcomes, latencyMs } = figuresOf(simulation);
    expect(outcomes).toMatchObject({ served: 3, failed: 0 });
    expect(latencyMs.max).toBeCloseTo(3050, 3);
  });
});

describe('replicas that find no node', () => {
  const nodes = { podsPerNode: 2, maxNodes: 6 };
  const HPA = { policy: 'hpa', metric: 'utilization', target: '50%', min: 2, max: 12, metrics: { window: '15s' } };
  const busy: Omit<Choice, 'autoscaler'> = {
    service: { instances: { initial: 2, max: 12 }, concurrency: 1, serviceTime: '10ms' },
    traffic: { arrivals: { deterministic: '180/s' }, deadline: '1s' },
    duration: '10m',
  };
  const run = (autoscaler: object): Simulation => simulationOf(scenario({ ...busy, autoscaler }));

  it('wait for one: the next scan, and then the node’s start', () => {
    const withNodes = run({ ...HPA, nodes });
    const without = run(HPA);
    const [service] = withNodes.world.services;
    withNodes.advance(60 * SECOND);
    without.advance(60 * SECOND);
    expect(without.world.services[0].present).toBeGreaterThanOrEqual(4);
    expect(service.wanted).toBeGreaterThanOrEqual(4);
    expect(service.present).toBe(2);
    // At the latest the third sync asks for more, at 45 s; a scan within 10 s, 3.5 min to start.
    withNodes.advance(200 * SECOND);
    expect(service.present).toBe(2);
    withNodes.advance(290 * SECOND);
    expect(service.present).toBeGreaterThanOrEqual(4);
  });

  it('of which there is room for the first on the nodes that are there', () => {
    const simulation = run({ ...HPA, nodes: { ...nodes, podsPerNode: 3 } });
    simulation.advance(60 * SECOND);
    expect(simulation.world.services[0].present).toBe(3);
  });

  it('come and go within the nodes that there may be', () => {
    const simulation = run({ ...HPA, nodes: { ...nodes, maxNodes: 2, nodeStartup: '30s' } });
    simulation.finish();
    expect(simulation.world.services[0].present).toBe(4);
  });

  it('need settings that fit each other', () => {
    const problem = (written: object): string => {
      try {
        run({ ...HPA, nodes: written });
        return 'none';
      } catch (error) {
        if (error instanceof ScenarioError) return error.problems[0].message;
        throw error;
      }
    };
    expect(problem({ ...nodes, initialNodes: 9 })).toMatch(/initialNodes is 9; it must lie between minNodes, 1/);
    expect(problem({ podsPerNode: 0, maxNodes: 3 })).toMatch(/expected at least 1/);
    expect(problem({ ...nodes, scanInterval: '10ms' })).toMatch(/expected at least 1s \(kubernetes\/autoscaler/);
  });
});
