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

/**
 * A mesh of services of so many instances each, in layers of ten deep: requests come in at every service of the first
 * layer, and each service calls `calls` of the next layer at once, behind a balancer; 0 for no nested calls at all.
 */
export function manyServices(services: number, instances: number, requests: number, calls: number): string {
  const depth = calls === 0 ? 1 : 10;
  const width = services / depth;
  const name = (layer: number, place: number): string => `s${layer}-${place % width}`;
  const places = Array.from({ length: width }, (_, place) => place);
  const layers = Array.from({ length: depth }, (_, layer) => layer);
  const rate = 20_000;
  const callees = (layer: number, place: number): string[] =>
    layer + 1 === depth || layer >= 2 ? [] : Array.from({ length: calls }, (_, i) => name(layer + 1, place + 7 * i));
  const serviceOf = (layer: number, place: number): [string, object] => {
    const called = callees(layer, place);
    const own = { instances, concurrency: 16, serviceTime: { exponential: '5ms' } };
    return [name(layer, place), called.length === 0 ? own : { ...own, calls: [{ all: called, timeout: '1s' }] }];
  };
  const edges = layers.flatMap((layer) =>
    places.flatMap((place) => callees(layer, place).map((to) => ({ from: name(layer, place), to }))),
  );
  const traffic = places.map((place) => ({
    name: `clients-${place}`,
    to: name(0, place),
    arrivals: { poisson: `${rate / width}/s` },
    deadline: '2s',
  }));
  const all = [...traffic.map(({ name: from, to }) => ({ from, to })), ...edges];
  return JSON.stringify({
    name: 'many-services',
    duration: `${requests / rate}s`,
    world: {
      services: Object.fromEntries(layers.flatMap((layer) => places.map((place) => serviceOf(layer, place)))),
      traffic,
    },
    edges: all.map((edge, i) => ({
      ...edge,
      layers: [{ name: `lb${i}`, kind: 'loadBalancer', policy: 'leastRequest' }],
    })),
  });
}
