import { describe, expect, test } from 'vitest';
import type { LayerSpec } from '../../controllers/kind.ts';
import { figuresOf } from '../../measure/figures.ts';
import type { RunFigures } from '../../measure/figures.ts';
import type { DesignSpec, Scenario } from '../../scenario/scenario.ts';
import { layerNames } from '../../scenario/scenario.ts';
import { digestOf, finished, REGISTRY, scenarioOf } from '../../testing/simulate.ts';
import type { FaultAct } from '../../world/spec.ts';
import type { Mode } from './modes.ts';
import { MODES } from './modes.ts';
import { withoutModes } from './without-modes.ts';

type Written = Readonly<Record<string, unknown>>;

const SHOP = { instances: 4, concurrency: 4, queue: { limit: 12 }, serviceTime: { exponential: '20ms' } };
const SHOPPERS = { name: 'shoppers', to: 'shop', arrivals: { poisson: '400/s' }, clients: 5, deadline: '200ms' };

function shopWith(layers: readonly Written[], { shop, faults, ...more }: Written = {}): Scenario {
  return scenarioOf({
    duration: '8s',
    world: { services: { shop: { ...SHOP, ...(shop as Written) } }, traffic: [SHOPPERS], faults: faults ?? [] },
    edges: [{ from: 'shoppers', to: 'shop', layers }],
    ...more,
  });
}

function without(modes: readonly Mode[], scenario: Scenario, layer: string | null = null): DesignSpec {
  return withoutModes(scenario.designs[0], modes, layer, scenario.world, REGISTRY);
}

function ran(scenario: Scenario, modes: readonly Mode[] = []): RunFigures {
  return figuresOf(finished(scenario, { design: without(modes, scenario) }));
}

/** A fault of a layer for four seconds from the first one on, as a scenario would have it read. */
function withLayerFault(scenario: Scenario, act: FaultAct, pushed: LayerSpec['config'] = {}): Scenario {
  const fault = { name: 'fault 0', timing: { kind: 'once', at: 1e9, length: 4e9 }, act } as const;
  const [layered] = scenario.designs;
  return {
    ...scenario,
    world: { ...scenario.world, faults: [fault] },
    designs: [{ ...layered, pushes: { 'fault 0': pushed } }],
  };
}

const configOf = ({ designs }: Scenario): LayerSpec['config'] => designs[0].edges[0].layers[0].config;

const BREAKER = { name: 'breaker', kind: 'circuitBreaker' };
const HICCUP = [{ at: '1s', for: '200ms', errors: { service: 'shop', instances: 'all', rate: '100%' } }];

describe('a design without modes', () => {
  test('is the same where none is removed, and only the layer that is meant changes', () => {
    const scenario = shopWith([
      { ...BREAKER, metrics: { lag: '1s' } },
      { name: 'balancer', kind: 'loadBalancer', metrics: { lag: '2s' } },
    ]);
    expect(digestOf(scenario, { design: without([], scenario) })).toBe(digestOf(scenario));
    const [breaker, balancer] = without(['latency'], scenario, 'balancer').edges[0].layers;
    expect([breaker.metrics.lag, balancer.metrics.lag]).toEqual([1e9, 0]);
  });

  test('has a breaker for each instance where one for the service was, and decides there once the instance is chosen', () => {
    const scenario = shopWith([BREAKER, { name: 'retry', kind: 'retry' }, { name: 'balancer', kind: 'loadBalancer' }]);
    const design = without(['leak'], scenario);
    expect(layerNames(design)).toEqual(['retry', 'balancer', 'breaker']);
    expect(design.edges[0].layers[2].config['key']).toBe('instance');
    const alone = without(['leak'], shopWith([BREAKER]));
    expect(layerNames(alone)).toEqual(['breaker-router', 'breaker']);
    expect(layerNames(without(['leak'], shopWith([{ ...BREAKER, key: 'client' }])))).toEqual(['breaker']);
  });
});

describe('without decision drift', () => {
  test.each([
    ['countWindow', { window: 20, minimumCalls: 10 }],
    ['consecutive', { failures: 5 }],
    ['timeWindow', { window: '300ms', minimumCalls: 10 }],
    [
      'resilience4j',
      { slidingWindowSize: 20, minimumNumberOfCalls: 10, automaticTransitionFromOpenToHalfOpenEnabled: true },
    ],
    ['gobreaker', { Timeout: '5s' }],
    ['linkerd', { 'min-penalty': '5s' }],
    ['finagle', { markDeadFor: '5s' }],
  ])('a breaker on %s lets through again soon after the trouble is over', (policy, settings) => {
    const scenario = shopWith([{ ...BREAKER, policy, ...settings }], { faults: HICCUP });
    const [asItIs, ideal] = [ran(scenario), ran(scenario, ['drift'])];
    expect(asItIs.success).toBeLessThan(0.85);
    // The hiccup itself is 2.5 % of the time.
    expect(ideal.success).toBeGreaterThan(0.88);
    expect(ideal.success).toBeGreaterThan(asItIs.success + 0.05);
  });

  test('a breaker still refuses while what it sees says so', () => {
    const down = [{ at: '1s', errors: { service: 'shop', instances: 'all', rate: '100%' } }];
    const scenario = shopWith([{ ...BREAKER, policy: 'countWindow', window: 20, minimumCalls: 10 }], { faults: down });
    const { outcomes } = ran(scenario, ['drift']);
    expect(outcomes.rejected).toBeGreaterThan(0.85 * (outcomes.rejected + outcomes.failed));
  });

  test('a host that was ejected is looked at again at each interval, not after its time', () => {
    const outlierDetection = {
      policy: 'consecutiveErrors',
      consecutiveErrors: 3,
      interval: '200ms',
      baseEjectionTime: '60s',
      maxEjectionPercent: '80%',
    };
    const balancer = {
      name: 'balancer',
      kind: 'loadBalancer',
      policy: 'random',
      panicThreshold: '0%',
      outlierDetection,
    };
    const faults = [{ at: '1s', for: '200ms', errors: { service: 'shop', instances: [0, 1, 2], rate: '100%' } }];
    const scenario = shopWith([balancer], { faults });
    // One host alone cannot bear it.
    expect(ran(scenario).success).toBeLessThan(0.7);
    expect(ran(scenario, ['drift']).success).toBeGreaterThan(0.93);
  });

  test('a push reaches every copy, and what was changed by hand is not there', () => {
    const limiter = {
      name: 'limiter',
      kind: 'rateLimiter',
      policy: 'tokenBucket',
      rate: '100/s',
      burst: 10,
      copies: 'perClient',
    };
    const scenario = shopWith([{ ...limiter, copies: undefined, rate: '100/s' }]);
    const generous = { ...configOf(scenario), rate: 5000, burst: 500 };
    const none = withLayerFault(scenario, { kind: 'push', layer: 'limiter', share: 0 }, generous);
    expect(ran(none, ['drift']).success).toBeGreaterThan(ran(none).success + 0.2);
    const byHand = withLayerFault(scenario, { kind: 'hotfix', layer: 'limiter', share: 1 }, { ...generous, rate: 1 });
    expect(ran(byHand, ['drift']).success).toBeCloseTo(ran(scenario).success, 9);
  });

  test('copies of a limiter know what the others have let through', () => {
    const scenario = shopWith([
      { name: 'limiter', kind: 'rateLimiter', policy: 'tokenBucket', rate: '200/s', burst: 10 },
    ]);
    const [layered] = scenario.designs;
    const [edge] = layered.edges;
    const copied = {
      ...scenario,
      designs: [{ ...layered, edges: [{ ...edge, layers: [{ ...edge.layers[0], copies: 4 }] }] }],
    };
    expect(ran(copied).success).toBeGreaterThan(0.95);
    expect(ran(copied, ['drift']).success).toBeCloseTo(ran(scenario).success, 9);
  });

  test('an autoscaler goes by what it sees, without the window that holds its last recommendation', () => {
    const surge = [{ at: '20s', for: '20s', surge: { traffic: 'shoppers', factor: 3 } }];
    const scaler = {
      name: 'scaler',
      kind: 'autoscaler',
      policy: 'hpa',
      service: 'shop',
      min: 2,
      max: 12,
      target: '60%',
      metrics: { lag: '1s' },
    };
    const scenario = shopWith([], {
      shop: { instances: { initial: 4, max: 12 } },
      faults: surge,
      autoscalers: [scaler],
      duration: '150s',
    });
    expect(ran(scenario, ['drift']).services['shop'].instances).toBeLessThan(
      ran(scenario).services['shop'].instances - 0.5,
    );
  });
});

describe('without abstraction leak', () => {
  test('a balancer weighs loads by what the instances can do now, faults included, as late as its view is', () => {
    const slow = [{ at: '1s', for: '5s', slow: { service: 'shop', instances: [0], factor: 20 } }];
    const scenario = shopWith([{ name: 'balancer', kind: 'loadBalancer', policy: 'leastRequest', choices: 2 }], {
      faults: slow,
    });
    const instant = ran(scenario, ['leak']);
    expect(1 - instant.success).toBeLessThan(0.8 * (1 - ran(scenario).success));
    const layered = shopWith(
      [
        {
          name: 'balancer',
          kind: 'loadBalancer',
          policy: 'leastRequest',
          choices: 2,
          countOwnSince: true,
          metrics: { lag: '4s' },
        },
      ],
      { faults: slow },
    );
    // It hears of the slowness when that is nearly over, and of the recovery late.
    expect(ran(layered, ['leak']).success).toBeLessThan(instant.success);
  });

  test('a balancer of equal instances chooses as it did', () => {
    const scenario = shopWith([{ name: 'balancer', kind: 'loadBalancer', policy: 'leastRequest', choices: 'all' }]);
    expect(digestOf(scenario, { design: without(['leak'], scenario) })).toBe(digestOf(scenario));
  });

  test('an autoscaler sees what waits, not only the slots in use', () => {
    const scaler = {
      name: 'scaler',
      kind: 'autoscaler',
      policy: 'hpa',
      service: 'shop',
      min: 2,
      max: 12,
      target: '90%',
    };
    const shop = { instances: { initial: 2, max: 12 }, queue: { limit: 100 } };
    const scenario = shopWith([], { shop, autoscalers: [scaler], duration: '60s' });
    expect(ran(scenario, ['leak']).services['shop'].instances).toBeGreaterThan(
      ran(scenario).services['shop'].instances,
    );
  });
});

describe('without latency accumulation', () => {
  test('neither slow telemetry nor a saturated layer makes anything late', () => {
    const balancer = {
      name: 'balancer',
      kind: 'loadBalancer',
      policy: 'leastRequest',
      choices: 'all',
      source: 'reported',
    };
    const scenario = shopWith([balancer]);
    const slowed = withLayerFault(scenario, { kind: 'telemetry', layer: 'balancer', effect: 'slow', lag: 2e9 });
    expect(ran(slowed).success).toBeLessThan(0.9);
    expect(ran(slowed, ['latency']).success).toBeCloseTo(ran(scenario).success, 9);
    const saturated = withLayerFault(scenario, { kind: 'layerSaturated', layer: 'balancer', delay: 500e6, refuse: 0 });
    expect(ran(saturated).success).toBeLessThan(0.7);
    expect(ran(saturated, ['latency']).success).toBeCloseTo(ran(scenario).success, 9);
  });

  test('neither discovery nor actuation nor overhead takes time', () => {
    const balancer = { name: 'balancer', kind: 'loadBalancer', discovery: '3s' };
    const scaler = {
      name: 'scaler',
      kind: 'autoscaler',
      service: 'shop',
      max: 4,
      actuation: { delay: '30s', jitter: '5s' },
    };
    const scenario = shopWith([balancer], { autoscalers: [scaler] });
    const overhead = { kind: 'deterministic', value: 5e6 } as unknown as LayerSpec['overhead'];
    const [layered] = scenario.designs;
    const [edge] = layered.edges;
    const slow = {
      ...scenario,
      designs: [{ ...layered, edges: [{ ...edge, layers: [{ ...edge.layers[0], overhead }] }] }],
    };
    const design = without(MODES, slow);
    expect(design.edges[0].layers[0]).toMatchObject({ overhead: null, config: { discovery: 0 } });
    expect(design.autoscalers[0].config['actuation']).toEqual({ delay: 0, jitter: 0 });
  });
});
