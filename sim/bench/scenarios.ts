import { readFileSync } from 'node:fs';
import { readScenario } from '../scenario/read-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { BaselineSource } from '../properties/index.ts';
import { Registry } from '../controllers/registry.ts';

export const registry = new Registry();

/** The queue of the hand-written loop, as anybody would write it in a scenario. */
export const MM4 = `
name: mm4
duration: 300s
world:
  services:
    desk: { instances: 1, concurrency: 4, serviceTime: { exponential: 1ms } }
  traffic:
    - { name: callers, to: desk, arrivals: { poisson: 3200/s } }
`;

/** A service of n instances behind a least-request balancer, at the same total traffic whatever n. */
export function poolOf(instances: number): string {
  return `
name: pool-${instances}
duration: 100s
world:
  services:
    pool: { instances: ${instances}, concurrency: 16, serviceTime: { exponential: 8ms } }
  traffic:
    - { name: callers, to: pool, arrivals: { poisson: 4000/s }, deadline: 1s }
edges:
  - from: callers
    to: pool
    layers:
      - { name: balancer, kind: loadBalancer, policy: leastRequest }
`;
}

/** The story as a property test has it: half a minute of little traffic. */
export function sourceOfSmallChaos(): BaselineSource {
  const file = 'scenarios/load-balancer-chaos.yaml';
  const set = { duration: '30s', 'world.traffic.shoppers.arrivals.poisson': '100/s' };
  return { text: readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), file, registry, set };
}

/** The story with a fifth layer: an autoscaler on late metrics. */
export function chaosWithAutoscaler(): Scenario {
  const file = 'scenarios/load-balancer-chaos.yaml';
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').replace(
    /^autoscalers: \[\].*$/m,
    'autoscalers:\n  - { name: hpa, kind: autoscaler, policy: hpa, service: checkout, min: 8, max: 8, target: 70%, metrics: { lag: 15s, interval: 15s, window: 30s } }',
  );
  return readScenario(text, file, { registry });
}

export function scenarioOf(text: string): Scenario {
  return readScenario(text, 'bench', { registry });
}
