import { beforeAll, describe, expect, it } from 'vitest';
import { Registry } from '../../controllers/registry.ts';
import { readScenario } from '../../scenario/read-scenario.ts';
import type { DesignSpec, Scenario } from '../../scenario/scenario.ts';
import { layerNames } from '../../scenario/scenario.ts';
import { runSeed } from '../seed-job.ts';
import type { Audit } from './audit.ts';
import { assembleAudit, planAudit } from './audit.ts';
import { complexityOf } from './complexity.ts';
import { mapLayers } from './layer-map.ts';
import { MITIGATIONS } from './mitigations/index.ts';
import { ownershipOf } from './ownership.ts';
import type { LayerEffect } from './ownership.ts';
import { guardScenario } from './watch.ts';

const REGISTRY = new Registry();

const TEXT = `name: shop
duration: 20s
replications: 3
world:
  services:
    api: { instances: 3, concurrency: 4, queue: { limit: 16 }, serviceTime: { exponential: 50ms } }
  traffic:
    - { name: users, to: api, clients: 5, arrivals: { poisson: 60/s }, deadline: 500ms }
  faults:
    - { at: 5s, for: 5s, slow: { service: api, instances: [0], factor: 20 } }
    - { at: 6s, for: 2s, push: { layer: quota, set: { rate: 1/s } } }
edges:
  - from: users
    to: api
    layers:
      - { name: client, kind: retry, tries: 2, perTryTimeout: 200ms }
      - { name: balancer, kind: loadBalancer, metrics: { lag: 2s, interval: 1s } }
      - { name: again, kind: retry, tries: 3, retryOn: [refused] }
      - { name: quota, kind: rateLimiter, rate: 15/s, burst: 15, key: client, refusalCost: 1 }
      - { name: fuse, kind: circuitBreaker, policy: consecutive, failures: 2, waitOpen: 2s, key: instance }
costs:
  currency: EUR
  lostRequest: 0.01
  engineeringHour: 100
  layers: { fuse: { infrastructure: 500, hours: 3 } }
`;

function read(text: string): Scenario {
  return readScenario(text, 's.yaml', { registry: REGISTRY });
}

const SCENARIO = read(TEXT);
const [DESIGN] = SCENARIO.designs;

function applied(name: string, scenario = SCENARIO): DesignSpec | null {
  return MITIGATIONS.find((one) => one.name === name)!.apply(scenario.designs[0], scenario, REGISTRY);
}

function layer(design: DesignSpec | null, name: string) {
  return design!.edges[0].layers.find((one) => one.name === name)!;
}

describe('the map of the layers', () => {
  const map = mapLayers(SCENARIO, DESIGN, REGISTRY);

  it('lists every layer, and what decides though nobody has written it down', () => {
    expect(map.filter(({ hidden }) => !hidden).map(({ name }) => name)).toEqual(layerNames(DESIGN));
    expect(map.filter(({ hidden }) => hidden).map(({ name }) => name)).toEqual([
      'client: timer',
      'fuse: probes',
      'users: patience',
      'api: full queue',
    ]);
  });

  it('says how old what a layer sees is', () => {
    expect(map.find(({ name }) => name === 'balancer')!.sees).toContain('reported, up to 3s old');
    expect(map.find(({ name }) => name === 'quota')!.sees).toContain('what passes through it, live');
  });

  it('has the random router where no balancer is', () => {
    const bare = read(TEXT.replace(/ {6}- \{ name: balancer.*\n/, '').replace(', key: instance', ''));
    expect(mapLayers(bare, bare.designs[0], REGISTRY).map(({ name }) => name)).toContain('random router');
  });
});

describe('complexity', () => {
  it('counts layers and pairs, settings and ages, policies, memories and pairs that cannot see who refused', () => {
    const map = mapLayers(SCENARIO, DESIGN, REGISTRY);
    const { structural, operational, cognitive } = complexityOf(DESIGN, map, REGISTRY);
    expect(structural).toEqual({ layers: 5, hidden: 4, pairs: 10, total: 19 });
    expect([operational.ages, operational.loops]).toEqual([2, 0]);
    // Both retry layers and the quota before the fuse; both retry layers before the quota.
    expect(cognitive).toMatchObject({ policies: 4, memories: 2, blindPairs: 5 });
  });

  it('falls where causes are propagated', () => {
    const open = applied('cause propagation')!;
    expect(complexityOf(open, mapLayers(SCENARIO, open, REGISTRY), REGISTRY).cognitive.blindPairs).toBe(0);
  });
});

describe('a mitigation', () => {
  it('makes metrics fresher, and leaves alone what is live', () => {
    const changed = applied('fresher metrics');
    expect(layer(changed, 'balancer').metrics).toMatchObject({ lag: 2e8, interval: 1e8 });
    expect(layer(changed, 'fuse')).toBe(layer(DESIGN, 'fuse'));
  });

  it('gives a view that is too old a safe default', () => {
    expect(layer(applied('maxAge with a safe default'), 'balancer').metrics).toMatchObject({
      maxAge: 8e9,
      onStale: 'random',
    });
  });

  it('lets balancers and breakers decide on what they see themselves', () => {
    expect(layer(applied('local decisions first'), 'balancer')).toMatchObject({ source: 'own', metrics: { lag: 0 } });
  });

  it('leaves one retry layer, with a budget and jitter', () => {
    const changed = applied('one retry layer, with budget and jitter')!;
    expect(layerNames(changed)).toEqual(['client', 'balancer', 'quota', 'fuse']);
    expect(layer(changed, 'client').config).toMatchObject({
      tries: 2,
      perTryTimeout: 2e8,
      backoff: { jitter: 'full' },
      budget: { policy: 'ratio', ratio: 0.2 },
    });
  });

  it('propagates causes', () => {
    expect(applied('cause propagation')!.edges[0].layers.every(({ propagateCause }) => propagateCause)).toBe(true);
  });

  it('reconciles the layers whose settings somebody changes', () => {
    const changed = applied('reconciliation');
    expect([layer(changed, 'quota').reconcile, layer(changed, 'fuse').reconcile]).toEqual([10e9, Infinity]);
  });

  it('balances by what instances can really do', () => {
    expect(layer(applied('capacity-aware balancing'), 'balancer')).toMatchObject({ policy: 'peakEwma', source: 'own' });
  });

  it('merges a breaker of each instance into the balancer', () => {
    const changed = applied('balancer and breaker merged')!;
    expect(layerNames(changed)).toEqual(['client', 'balancer', 'again', 'quota']);
    expect(layer(changed, 'balancer').config['outlierDetection']).toMatchObject({ policy: 'consecutiveErrors' });
  });

  it('is none where it would change nothing', () => {
    const plain = read(`name: plain
duration: 10s
world:
  services: { api: { instances: 2, serviceTime: 20ms } }
  traffic: [{ name: users, to: api, arrivals: { poisson: 9/s } }]
edges: [{ from: users, to: api, layers: [{ name: balancer, kind: loadBalancer, policy: peakEwma }] }]
`);
    expect(
      MITIGATIONS.map(({ apply }) => apply(plain.designs[0], plain, REGISTRY)).filter((one) => one !== null),
    ).toEqual([]);
  });
});

describe('the balance of a layer', () => {
  const costs = {
    currency: '',
    lostRequest: 0.5,
    engineeringHour: 100,
    instanceHour: 0,
    layers: { fuse: { infrastructure: 1000, hours: 20 } },
  };

  const effects = (...success: number[]): LayerEffect[] => success.map((one) => ({ success: one, instances: 0 }));

  it('is what it saves in a year less what it costs', () => {
    // 100 requests a second, one in a thousand saved: 3,155,760 a year, at 0.5 each.
    const { infrastructure, engineering, instances, saves, balance, doesNotPay } = ownershipOf(
      'fuse',
      effects(0.0009, 0.001, 0.0011),
      1000,
      10e9,
      costs,
    );
    expect([infrastructure, engineering, instances.mean]).toEqual([1000, 2000, 0]);
    expect(saves.mean).toBeCloseTo(1_577_880, 0);
    expect(balance.mean).toBeCloseTo(1_574_880, 0);
    expect(balance.low).toBeGreaterThan(0);
    expect(doesNotPay).toBe(false);
  });

  it('is negative for a layer that kills more than it saves', () => {
    const harmful = effects(-0.0009, -0.001, -0.0011);
    expect(ownershipOf('fuse', harmful, 1000, 10e9, costs)).toMatchObject({ doesNotPay: true });
    expect(ownershipOf('other', effects(0, 0, 0), 1000, 10e9, costs)).toMatchObject({
      infrastructure: 0,
      doesNotPay: false,
    });
  });

  it('pays for the instances that run because of it, and is credited with those that it does without', () => {
    const priced = { ...costs, instanceHour: 0.1 };
    const one = [1, 1].map((instances) => ({ success: 0, instances }));
    const { instances, balance } = ownershipOf('scaler', one, 1000, 10e9, priced);
    // An hour has cost 0.1 in each of the 8,766 of a year.
    expect(instances.mean).toBeCloseTo(876.6, 9);
    expect(balance.mean).toBeCloseTo(-876.6, 9);
    const fewer = [-2, -2].map((count) => ({ success: 0, instances: count }));
    expect(ownershipOf('scaler', fewer, 1000, 10e9, priced).balance.mean).toBeCloseTo(1753.2, 9);
  });
});

describe('an audit', () => {
  let audit: Audit;
  beforeAll(() => {
    const plan = planAudit(SCENARIO, REGISTRY);
    const results = plan.jobs.map((job) => runSeed(job, REGISTRY));
    audit = assembleAudit(plan, results, null, null);
  });

  it('measures every mitigation and every removal against the design, on the same seeds', () => {
    expect(audit.seeds).toEqual(['1', '1/1', '1/2']);
    expect(audit.removals.map(({ name }) => name)).toEqual(layerNames(DESIGN));
    expect(audit.mitigations).toHaveLength(MITIGATIONS.length);
    for (const { fidelity, success } of [...audit.mitigations, ...audit.removals]) {
      expect(success.value.mean - success.change.mean).toBeCloseTo(audit.measured.success.mean, 12);
      expect(fidelity!.value.mean - fidelity!.change.mean).toBeCloseTo(audit.measured.fidelity!.mean, 12);
    }
  });

  it('charges a layer what it costs, and credits what is lost without it', () => {
    const fuse = audit.ownership!.find(({ layer: name }) => name === 'fuse')!;
    expect([fuse.infrastructure, fuse.engineering]).toEqual([500, 300]);
    const lost = 0 - audit.removals.find(({ name }) => name === 'fuse')!.success.change.mean;
    expect(Math.sign(fuse.saves.mean)).toBe(Math.sign(lost));
    expect(fuse.balance.mean).toBeCloseTo(fuse.saves.mean - 800, 6);
  });

  it('writes expectations that hold of what it has measured', () => {
    const guard = guardScenario('shop', 's.yaml', 'layered', audit.watch);
    const scenario = readScenario(guard, 'guard.yaml', {
      registry: REGISTRY,
      readBase: () => ({ text: TEXT, file: 's.yaml' }),
    });
    expect(scenario.expect.map(({ that }) => that.split(' ')[0])).toEqual(audit.watch.map(({ figure }) => figure));
    for (const { operator, value, path } of scenario.expect) {
      const { measured } = audit.watch.find(({ figure }) => figure === path.join('.'))!;
      expect(operator === '>=' ? measured.low >= value : measured.high <= value, path.join('.')).toBe(true);
    }
  });
});

describe('a cost block', () => {
  it('names layers that there are', () => {
    expect(() => read(TEXT.replace('fuse: { infra', 'fues: { infra'))).toThrow(
      /costs\.layers\.fues: .*did you mean `fuse`/,
    );
    expect(() => read(TEXT.replace('lostRequest: 0.01', 'lostRequest: -1'))).toThrow(
      /costs\.lostRequest: expected at least 0/,
    );
  });
});
