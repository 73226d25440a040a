import { describe, expect, it } from 'vitest';
import { Registry } from '../controllers/registry.ts';
import { readScenario } from './read-scenario.ts';
import { layerNames } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const REGISTRY = new Registry();

const BASE = `
name: base
duration: 10s
world:
  services:
    api: { instances: 4, serviceTime: 10ms }
  traffic:
    - { name: users, to: api, arrivals: { poisson: 10/s } }
edges:
  - from: users
    to: api
    layers:
      - { name: balancer, kind: loadBalancer, policy: roundRobin }
      - { name: breaker, kind: circuitBreaker, policy: timeWindow, key: instance }
designs:
  plain: { without: [breaker] }
`;

function counterexample(edits: string): string {
  return `extends: base.yaml\nedits:\n${edits}\nproperty: mine\ndesign: test\nseed: 7\nversion: 0.1.0\ndigest: 00\nexpect: fail\n`;
}

function read(text: string, set = {}): Scenario {
  const readBase = (): { text: string; file: string } => ({ text: BASE, file: 'base.yaml' });
  return readScenario(text, 'found.yaml', { registry: REGISTRY, readBase, set });
}

describe('a counterexample', () => {
  it('is the scenario that it extends, edited, and what it says of a property is not read', () => {
    const scenario = read(counterexample('  breaker.waitOpen: 5s\n  world.services.api.concurrency: 3'));
    expect(scenario).toMatchObject({ name: 'base', seed: '7', expect: [], world: { services: [{ concurrency: 3 }] } });
    expect(scenario.designs[0].edges[0].layers[1].config['waitOpen']).toBe(5e9);
  });

  it('adds what a list of named things has not yet', () => {
    const { world } = read(
      counterexample('  world.faults.slow: { at: 1s, slow: { service: api, instances: [0], factor: 2 } }'),
    );
    expect(world.faults).toMatchObject([{ name: 'slow', act: { kind: 'slow', factor: 2 } }]);
  });

  it('leaves out the layers that are off, in every design, with the random router in the place of a balancer', () => {
    const scenario = read(counterexample('  balancer: off'));
    expect(scenario.designs.map(layerNames)).toEqual([['balancer-removed', 'breaker'], []]);
  });

  it('gives way to what is set besides', () => {
    expect(read(counterexample('  duration: 5s'), { duration: '2s' }).world.duration).toBe(2e9);
  });

  it.each([
    [
      'a layer that is gone',
      '  braker.waitOpen: 5s',
      /^found\.yaml:3:\d+: braker\.waitOpen: unknown layer `braker`; did you mean `breaker`\?$/,
    ],
    [
      'a layer that is gone, left out',
      '  braker: off',
      /^found\.yaml:3:\d+: braker: unknown layer `braker`; did you mean `breaker`\?$/,
    ],
    ['a value out of range', '  breaker.failureRate: 150%', /^found\.yaml:3:\d+: .*expected .*100%.*"150%"/],
    [
      'a fault that is none',
      '  world.faults.slow: { at: 1s }',
      /^found\.yaml:3:\d+: world\.faults\[0\]: expected exactly one of/,
    ],
  ])('says where it has %s', (_what, edits, says) => {
    expect(() => read(counterexample(edits))).toThrow(says);
  });
});
