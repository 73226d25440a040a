import { describe, expect, test } from 'vitest';
import { REGISTRY, scenarioOf } from '../../testing/simulate.ts';
import type { WrittenScenario } from '../../testing/simulate.ts';
import { AblationError } from '../ablate/plan.ts';
import { InlineExecutor } from '../executor.ts';
import { explain } from '../explain.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis, ModeDiagnosis } from './diagnose.ts';
import { planDiagnosis } from './plan.ts';

type Written = Readonly<Record<string, unknown>>;

const SHOP = { instances: 4, concurrency: 4, queue: { limit: 12 }, serviceTime: { exponential: '20ms' } };
const SHOPPERS = { name: 'shoppers', to: 'shop', arrivals: { poisson: '500/s' }, clients: 5, deadline: '200ms' };

function written(layers: readonly Written[], world: Written = {}): WrittenScenario {
  const { shop, shoppers, ...rest } = world;
  return {
    duration: '6s',
    replications: 4,
    world: {
      services: { shop: { ...SHOP, ...(shop as Written) } },
      traffic: [{ ...SHOPPERS, ...(shoppers as Written) }],
      ...rest,
    },
    edges: [{ from: 'shoppers', to: 'shop', layers }],
  };
}

async function diagnosed(layers: readonly Written[], world: Written = {}): Promise<Diagnosis> {
  return diagnose(scenarioOf(written(layers, world)), REGISTRY, new InlineExecutor(REGISTRY));
}

const verdict = ({ harmful, dominant }: ModeDiagnosis) => ({ harmful, dominant });
const shares = ({ modes }: ModeDiagnosis) => modes.map(({ share }) => share.mean);

/** Sends everything to the instance that was idle half a second ago. */
const HERDING = {
  name: 'balancer',
  kind: 'loadBalancer',
  policy: 'leastRequest',
  choices: 'all',
  metrics: { lag: '500ms' },
};
/** Counts requests, whatever an instance can do. */
const BLIND = { name: 'balancer', kind: 'loadBalancer', policy: 'leastRequest', choices: 'all' };
/** Refuses everybody for seconds after a moment's trouble. */
const GRUDGING = { name: 'breaker', kind: 'circuitBreaker', policy: 'consecutive', failures: 5, waitOpen: '4s' };
const HICCUP = { at: '1s', for: '100ms', errors: { service: 'shop', instances: 'all', rate: '100%' } };
/** Allows half of what there is. */
const MISERLY = { name: 'limiter', kind: 'rateLimiter', policy: 'tokenBucket', rate: '250/s', burst: 10 };

describe('a scenario with one mode only', () => {
  test('latency accumulation: a balancer herds on a late view of equal instances', async () => {
    const { whole } = await diagnosed([HERDING]);
    expect(verdict(whole)).toEqual({ harmful: ['latency'], dominant: 'latency' });
    expect(shares(whole).slice(1)).toEqual([0, 0]);
    expect(whole.modes[0].share.mean).toBeGreaterThan(0.2);
  });

  test('abstraction leak: a balancer counts requests and cannot see that an instance is slow', async () => {
    const { whole } = await diagnosed([BLIND], { shop: { slowness: [1, 1, 1, 8] } });
    expect(verdict(whole)).toEqual({ harmful: ['leak'], dominant: 'leak' });
    expect([whole.modes[0].share.mean, whole.modes[2].share.mean]).toEqual([0, 0]);
  });

  test('abstraction leak: a retry waits for a cause that the layer inside hides', async () => {
    const retry = { name: 'retry', kind: 'retry', tries: 3, retryOn: ['overflow'], backoff: { base: '5ms' } };
    const inner = { name: 'wrapper', kind: 'circuitBreaker', policy: 'consecutive', failures: 1e6 };
    const { whole, layers } = await diagnosed([retry, inner], { shop: { queue: { limit: 0 } } });
    expect(verdict(whole)).toEqual({ harmful: ['leak'], dominant: 'leak' });
    expect(layers.map(({ layer, dominant }) => [layer, dominant])).toEqual([
      ['retry', 'leak'],
      ['wrapper', null],
    ]);
  });

  test('decision drift: a breaker stays open long after the cause is gone', async () => {
    const { whole } = await diagnosed([GRUDGING], { faults: [HICCUP] });
    expect(verdict(whole)).toEqual({ harmful: ['drift'], dominant: 'drift' });
    expect(whole.modes[2].share.mean).toBeGreaterThan(0.4);
  });

  test('decision drift: a setting that was changed by hand, or reached some copies only', async () => {
    const limiter = { ...MISERLY, rate: '2000/s', burst: 100 };
    const scenario = scenarioOf(written([limiter]));
    const [layered] = scenario.designs;
    const [{ config }] = layered.edges[0].layers;
    const fault = { name: 'fault 0', timing: { kind: 'once', at: 1e9, length: 4e9 } } as const;
    const hotfix = {
      ...scenario,
      world: {
        ...scenario.world,
        faults: [{ ...fault, act: { kind: 'hotfix', layer: 'limiter', share: 1 } as const }],
      },
      designs: [{ ...layered, pushes: { 'fault 0': { ...config, rate: 100, burst: 1 } } }],
    };
    const { whole } = await diagnose(hotfix, REGISTRY, new InlineExecutor(REGISTRY));
    expect(verdict(whole)).toEqual({ harmful: ['drift'], dominant: 'drift' });
    expect(whole.policy.mean).toBeLessThan(0.05);
  });
});

describe('a scenario with two modes', () => {
  test('a late view and a grudging breaker are both named, and each layer has its own', async () => {
    const breaker = { ...GRUDGING, waitOpen: '2s', key: 'service', countTimeouts: false, countRefusals: false };
    const { whole, layers } = await diagnosed([breaker, HERDING], { faults: [HICCUP] });
    expect(whole.harmful).toEqual(expect.arrayContaining(['latency', 'drift']));
    const byLayer = new Map(layers.map((one) => [one.layer, one]));
    expect(verdict(byLayer.get('balancer')!)).toEqual({ harmful: ['latency'], dominant: 'latency' });
    expect(byLayer.get('breaker')!.dominant).toBe('drift');
  });

  test('penalties for refusals of another layer are leak and drift alike: either removal heals, none is dominant', async () => {
    const limiter = { ...MISERLY, rate: '520/s', burst: 50, refusalCost: 30 };
    const router = { name: 'router', kind: 'loadBalancer', policy: 'random' };
    const breaker = { ...GRUDGING, key: 'instance' };
    const broken = { at: '1s', errors: { service: 'shop', instances: [0], rate: '100%' } };
    const { layers } = await diagnosed([limiter, router, breaker], { faults: [broken] });
    const [penalising] = layers;
    expect(verdict(penalising)).toEqual({ harmful: ['leak', 'drift'], dominant: null });
    const [, leak, drift] = penalising.modes;
    expect(leak.healsAlone.mean).toBeCloseTo(drift.healsAlone.mean, 2);
    expect(leak.lostIfOnlyItRemains.mean).toBeCloseTo(0, 2);
    expect(leak.share.mean).toBeCloseTo(leak.healsAlone.mean / 2, 2);
  });
});

describe('a scenario with none', () => {
  test('of a limit that is too low all that is lost is policy', async () => {
    const { whole } = await diagnosed([MISERLY]);
    expect(verdict(whole)).toEqual({ harmful: [], dominant: null });
    expect(shares(whole)).toEqual([0, 0, 0]);
    expect(whole.policy.mean).toBeCloseTo(1 - whole.asItIs.mean, 12);
    expect(whole.policy.mean).toBeGreaterThan(0.3);
  });
});

describe('diagnosis', () => {
  test('shares sum to what removing all three heals', async () => {
    const { whole, layers } = await diagnosed([GRUDGING, HERDING], {
      shop: { slowness: [1, 1, 2, 2] },
      faults: [HICCUP],
    });
    for (const { modes, ideal, asItIs } of [whole, ...layers]) {
      const together = modes.reduce((sum, { share }) => sum + share.mean, 0);
      expect(together).toBeCloseTo(ideal.mean - asItIs.mean, 9);
    }
    expect(whole.combinations.map(({ removed }) => removed.length)).toEqual([0, 1, 1, 2, 1, 2, 2, 3]);
  });

  test('names requests that `explain` shows as killed, and that are served without the mode', async () => {
    const scenario = scenarioOf(written([GRUDGING], { faults: [HICCUP] }));
    const { examples } = await diagnose(scenario, REGISTRY, new InlineExecutor(REGISTRY));
    const ofDrift = examples.filter(({ mode }) => mode === 'drift');
    expect(ofDrift).toHaveLength(3);
    const [{ request, seed }] = ofDrift;
    const story = explain(scenario, scenario.designs[0], seed, { request }, REGISTRY);
    expect(JSON.stringify(story)).toContain('circuitOpen');
  });

  test('runs designs that come to the same once: a limiter without penalties has no mode to remove', () => {
    const { subjects, runsOfSeed } = planDiagnosis(scenarioOf(written([MISERLY])), REGISTRY);
    expect(new Set(subjects[0].designs)).toEqual(new Set(['layered']));
    // The design and `bare`, both re-keyed, and the oracle.
    expect(runsOfSeed).toBe(5);
  });

  test('of one seed calls nothing harmful, for want of an interval', async () => {
    const scenario = scenarioOf(written([HERDING]));
    const { whole, notes } = await diagnose(scenario, REGISTRY, new InlineExecutor(REGISTRY), { seeds: ['1'] });
    expect(verdict(whole)).toEqual({ harmful: [], dominant: null });
    expect(notes.join()).toContain('One seed has no interval');
  });

  test('of a design without layers is an error', () => {
    expect(() => planDiagnosis(scenarioOf(written([])), REGISTRY)).toThrow(AblationError);
  });
});
