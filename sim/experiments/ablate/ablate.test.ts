import { describe, expect, test } from 'vitest';
import { REGISTRY, scenarioOf } from '../../testing/simulate.ts';
import type { WrittenScenario } from '../../testing/simulate.ts';
import { InlineExecutor } from '../executor.ts';
import { runSeed } from '../seed-job.ts';
import { seedJob } from '../run.ts';
import { ablate, minimalSurfaces, nameOfSurface } from './ablate.ts';
import type { Ablation } from './ablate.ts';
import { AblationError, planAblation } from './plan.ts';
import type { AblateOptions } from './plan.ts';

type Written = Readonly<Record<string, unknown>>;

const BALANCER = { name: 'balancer', kind: 'loadBalancer', policy: 'leastRequest' };
/** Opens after more failures than there can be. */
const IDLE = { name: 'idle', kind: 'circuitBreaker', policy: 'consecutive', failures: 1e6 };
const RETRY = { name: 'retry', kind: 'retry', tries: 2, perTryTimeout: '60ms', retryOn: ['timedOut', 'error'] };

/** A service of which one instance is slow, and some answers are errors. */
function written(layers: readonly Written[], more: Written = {}): WrittenScenario {
  return {
    duration: '5s',
    replications: 3,
    world: {
      services: {
        shop: {
          instances: { initial: 4, max: 8 },
          concurrency: 2,
          queue: { limit: 6 },
          serviceTime: { exponential: '15ms' },
          slowness: [1, 1, 1, 4],
          errorRate: '3%',
        },
      },
      traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '280/s' }, clients: 4, deadline: '200ms' }],
    },
    edges: [{ from: 'shoppers', to: 'shop', layers }],
    ...more,
  };
}

async function ablated(layers: readonly Written[], options: AblateOptions = {}, more: Written = {}): Promise<Ablation> {
  return ablate(scenarioOf(written(layers, more)), REGISTRY, new InlineExecutor(REGISTRY), options);
}

const shareOf = ({ shares }: Ablation, layer: string) => shares.find((one) => one.layer === layer)!.share;

describe('ablation', () => {
  test('shares out the whole difference in every measure', async () => {
    const ablation = await ablated([BALANCER, RETRY, IDLE]);
    for (const name of ablation.measures) {
      const together = ablation.shares.reduce((sum, { share }) => sum + share[name]!.mean, 0);
      expect(together).toBeCloseTo(ablation.whole.difference[name]!.mean, 9);
    }
    expect(shareOf(ablation, 'balancer').fidelity!.low).toBeGreaterThan(0);
    expect(shareOf(ablation, 'retry').dispatches!.low).toBeGreaterThan(0);
  });

  test('gives a layer that never acts exactly nothing, also where it stands inside the balancer', async () => {
    const ablation = await ablated([BALANCER, RETRY, { ...IDLE, key: 'instance' }]);
    const { share } = ablation.shares[2];
    for (const name of ablation.measures) expect([name, share[name]!.mean, share[name]!.high]).toEqual([name, 0, 0]);
    for (const { layers, index } of ablation.interactions) {
      if (layers.includes('idle')) expect(index.fidelity!.mean).toBe(0);
    }
  });

  test('gives two layers of the same settings the same', async () => {
    const limiter = { kind: 'rateLimiter', policy: 'tokenBucket', rate: '60/s', burst: 5, key: 'client' };
    const ablation = await ablated([{ name: 'first', ...limiter }, { name: 'second', ...limiter }, BALANCER]);
    const [first, second] = [shareOf(ablation, 'first'), shareOf(ablation, 'second')];
    expect(first.fidelity!.high).toBeLessThan(0);
    for (const name of ablation.measures) expect(first[name]!.mean).toBeCloseTo(second[name]!.mean, 9);
    // Either of them limits: the second one adds nothing.
    const pair = ablation.interactions.find(({ layers }) => layers.join() === 'first,second')!;
    expect(pair.index.fidelity!.low).toBeGreaterThan(0);
  });

  test('counts autoscalers among the layers', async () => {
    const scaler = {
      name: 'scaler',
      kind: 'autoscaler',
      policy: 'hpa',
      service: 'shop',
      min: 4,
      max: 8,
      target: '50%',
    };
    const ablation = await ablated([BALANCER], {}, { autoscalers: [scaler], duration: '40s', replications: 2 });
    expect(ablation.layers).toEqual(['balancer', 'scaler']);
    expect(shareOf(ablation, 'scaler').instances!.mean).toBeGreaterThan(0);
    expect(shareOf(ablation, 'balancer').instances!.mean).toBeLessThan(shareOf(ablation, 'scaler').instances!.mean);
  });

  test('adds a measure of what a user pays', async () => {
    const costOf = ({ services }: { services: Readonly<Record<string, { dispatches: number }>> }) =>
      services['shop'].dispatches / 1000;
    const ablation = await ablated([BALANCER, RETRY], { costOf });
    const retry = shareOf(ablation, 'retry');
    expect(retry.cost!.mean).toBeCloseTo(retry.dispatches!.mean / 1000, 9);
  });

  test('finds the smallest sets that meet the objective, and no larger ones', async () => {
    const ablation = await ablated([BALANCER, RETRY, IDLE], { objective: ['fidelity >= 90%'] });
    expect(minimalSurfaces(ablation).map(nameOfSurface)).toEqual(['balancer']);
    const sufficient = ablation.surfaces.filter(({ meetsObjective }) => meetsObjective).map(({ layers }) => layers);
    expect(sufficient).toContainEqual(['balancer', 'idle']);
    expect(sufficient).not.toContainEqual(['idle']);
  });

  test('names the pair that kills need: a breaker that refuses and a limiter that charges for it', async () => {
    const limiter = {
      kind: 'rateLimiter',
      policy: 'tokenBucket',
      rate: '250/s',
      burst: 250,
      key: 'global',
      refusalCost: 20,
    };
    const breaker = { kind: 'circuitBreaker', policy: 'consecutive', key: 'instance', failures: 3, waitOpen: '3s' };
    const scenario = scenarioOf({
      duration: '5s',
      replications: 4,
      world: {
        services: { shop: { instances: 4, concurrency: 8, serviceTime: '10ms' } },
        traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '240/s' }, clients: 4, deadline: '200ms' }],
        faults: [{ at: '1s', for: '500ms', errors: { service: 'shop', instances: [0], rate: '100%' } }],
      },
      edges: [
        {
          from: 'shoppers',
          to: 'shop',
          layers: [
            { name: 'limiter', ...limiter },
            { name: 'balancer', kind: 'loadBalancer', policy: 'random' },
            { name: 'breaker', ...breaker },
          ],
        },
      ],
    });
    const { blame } = await ablate(scenario, REGISTRY, new InlineExecutor(REGISTRY));
    const [first, ...others] = blame!.needBoth;
    expect(first.layers).toEqual(['limiter', 'breaker']);
    expect(first.share.low).toBeGreaterThan(0);
    for (const { share } of others) expect(share.high).toBeLessThan(0);
  });

  test('runs the references once a seed, and `bare` as the empty set', async () => {
    const scenario = scenarioOf(written([BALANCER, RETRY]));
    const { runsOfSeed, jobs } = planAblation(scenario, REGISTRY);
    // Four subsets, two of them re-keyed (the whole and bare), and the oracle with all and with the initial instances.
    expect(runsOfSeed).toBe(8);
    const ablation = await ablate(scenario, REGISTRY, new InlineExecutor(REGISTRY));
    expect(ablation.work).toMatchObject({ runs: 8 * 3, runsWithoutReuse: (3 * 6 + 4) * 3 });
    const [, layered] = runSeed(
      seedJob(scenario, [scenario.designs[0]], jobs[0].seed, { references: true, verdicts: false }),
      REGISTRY,
    ).designs;
    const single = await ablate(scenario, REGISTRY, new InlineExecutor(REGISTRY), { seeds: [jobs[0].seed] });
    expect(single.whole.all.fidelity!.mean).toBe(layered.fidelity!.fidelity);
    expect(single.whole.none.fidelity!.mean).not.toBe(layered.fidelity!.fidelity);
  });

  test('samples orders above eight layers, and says by how much that may be off', async () => {
    const idle = Array.from({ length: 7 }, (_, i) => ({ ...IDLE, name: `idle${i}` }));
    const ablation = await ablated([BALANCER, RETRY, ...idle], { squares: 1 }, { duration: '500ms', replications: 2 });
    expect(ablation.method).toEqual({ kind: 'sampled', orders: 18 });
    const together = ablation.shares.reduce((sum, { share }) => sum + share.fidelity!.mean, 0);
    expect(together).toBeCloseTo(ablation.whole.difference.fidelity!.mean, 9);
    expect(shareOf(ablation, 'idle3').fidelity!.mean).toBe(0);
    expect(ablation.shares[0].samplingError!.fidelity).toBeGreaterThanOrEqual(0);
    expect(ablation.notes.join()).toContain('18 sampled orders');
  }, 60_000);

  test('compares no requests where arrivals depend on the answers', async () => {
    const scenario = scenarioOf(written([BALANCER, RETRY]));
    const [source] = scenario.world.traffic;
    const arrivals = { kind: 'closed', thinkTime: { kind: 'exponential', mean: 100e6 } } as const;
    const closed = { ...scenario, world: { ...scenario.world, traffic: [{ ...source, clients: 40, arrivals }] } };
    const ablation = await ablate(closed, REGISTRY, new InlineExecutor(REGISTRY));
    expect(ablation.measures).not.toContain('fidelity');
    expect(ablation.blame).toBeNull();
    expect(ablation.objective).toEqual({ that: ['success >= 99.5%'], source: 'default' });
    expect(ablation.whole.all.success!.mean).toBeGreaterThan(0.5);
  });

  test('of a design without layers is an error', () => {
    expect(() => planAblation(scenarioOf(written([])), REGISTRY)).toThrow(AblationError);
  });
});
