import { describe, expect, it } from 'vitest';
import { MILLISECOND, NEVER, SECOND } from '../../kernel/time.ts';
import { scenarioOf } from '../../testing/simulate.ts';
import type { WorldSpec } from '../spec.ts';
import { FaultPlan } from './plan.ts';

/** A world with these faults, as a scenario writes them. */
function worldWith(...faults: object[]): WorldSpec {
  return scenarioOf({
    duration: '60s',
    world: {
      services: {
        shop: { instances: { initial: 4, max: 6 }, serviceTime: '10ms' },
        bank: { instances: 2, serviceTime: '10ms' },
      },
      traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '1/s' }, deadline: '1s' }],
      faults,
    },
  }).world;
}

const CRASH = { crash: { service: 'shop', instances: 'any' } };

describe('a fault plan', () => {
  it('has a fault that strikes once from its time for its length, and one without a length for ever', () => {
    const slow = { slow: { service: 'shop', instances: [1, 2], factor: 3 } };
    const { occurrences } = new FaultPlan(worldWith({ at: '5s', for: '2s', ...slow }, { at: '7s', ...slow }), '1');
    expect(occurrences.map(({ from, instances, until }) => [from, until, instances])).toEqual([
      [5 * SECOND, 7 * SECOND, [1, 2]],
      [7 * SECOND, NEVER, [1, 2]],
    ]);
  });

  it('strikes again and again at random, never while it lasts, and only while requests arrive', () => {
    const { occurrences } = new FaultPlan(
      worldWith({ every: { exponential: '2s' }, for: { uniform: { min: '100ms', max: '1s' } }, ...CRASH }),
      '1',
    );
    expect(occurrences.length).toBeGreaterThan(10);
    occurrences.forEach(({ from, until }, i) => {
      expect(from).toBeGreaterThan(i === 0 ? 0 : occurrences[i - 1].until);
      expect(from).toBeLessThan(60 * SECOND);
      expect(until - from).toBeGreaterThanOrEqual(100 * MILLISECOND);
      expect(until - from).toBeLessThan(SECOND);
    });
  });

  it('draws one of the initial instances for `any`, anew each time, and takes all that there can be for `all`', () => {
    const { occurrences } = new FaultPlan(worldWith({ every: '1s', for: '10ms', ...CRASH }), '1');
    expect(occurrences.every(({ instances }) => instances.length === 1)).toBe(true);
    expect(new Set(occurrences.map(({ instances }) => instances[0]))).toEqual(new Set([0, 1, 2, 3]));
    const all = new FaultPlan(worldWith({ at: '1s', crash: { service: 'shop', instances: 'all' } }), '1');
    expect(all.occurrences[0].instances).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is the same for the same seed, another for another, and no fault shifts the times of another', () => {
    const random = { name: 'storms', every: { exponential: '2s' }, for: '100ms', ...CRASH };
    const other = {
      name: 'frosts',
      every: { exponential: '1s' },
      for: '50ms',
      freeze: { service: 'bank', instances: 'any' },
    };
    const times = (world: WorldSpec, seed: string): number[] =>
      new FaultPlan(world, seed).occurrences.filter(({ fault }) => fault.name === 'storms').map(({ from }) => from);
    expect(times(worldWith(random), '1')).toEqual(times(worldWith(random), '1'));
    expect(times(worldWith(random), '2')).not.toEqual(times(worldWith(random), '1'));
    expect(times(worldWith(other, random), '1')).toEqual(times(worldWith(random), '1'));
  });

  it('hands each instance its changes of speed, and a slow dependency to all of its service', () => {
    const plan = new FaultPlan(
      worldWith(
        { at: '1s', for: '1s', slow: { service: 'shop', instances: [0], factor: 2 } },
        { at: '2s', for: '1s', slow: { service: 'shop', instances: [0, 1], factor: 3, reach: 'new' } },
        { at: '3s', for: '1s', freeze: { service: 'shop', instances: [1] } },
        { at: '4s', for: '1s', crash: { service: 'shop', instances: [1] } },
        { at: '5s', for: '1s', dependency: { service: 'bank', factor: 4 } },
        { at: '6s', for: '1s', errors: { service: 'shop', instances: [0], rate: '10%' } },
      ),
      '1',
    );
    const change = (second: number, factor: number, reach: string): object => ({
      from: second * SECOND,
      until: (second + 1) * SECOND,
      factor,
      reach,
    });
    expect(plan.speedChanges('shop', 0, -1)).toEqual([change(1, 2, 'all'), change(2, 3, 'new')]);
    expect(plan.speedChanges('shop', 1, -1)).toEqual([
      change(2, 3, 'new'),
      change(3, NEVER, 'all'),
      change(4, 1, 'crash'),
    ]);
    expect(plan.speedChanges('shop', 2, -1)).toEqual([]);
    expect(plan.speedChanges('bank', 1, -1)).toEqual([change(5, 4, 'new')]);
  });

  it('hands surges to their traffic and disturbances to their layer', () => {
    const layer = { telemetry: { layer: 'balancer', effect: 'slow', lag: '2s' } };
    const { world } = scenarioOf({
      duration: '60s',
      world: {
        services: { shop: { instances: 1, serviceTime: '10ms' } },
        traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '1/s' }, deadline: '1s' }],
        faults: [
          { at: '1s', for: '2s', surge: { traffic: 'shoppers', factor: 3 } },
          { at: '4s', for: '5s', ...layer },
        ],
      },
      edges: [
        { from: 'shoppers', to: 'shop', layers: [{ name: 'balancer', kind: 'loadBalancer', source: 'reported' }] },
      ],
    });
    const plan = new FaultPlan(world, '1');
    expect(plan.surges('shoppers')).toEqual([{ from: SECOND, until: 3 * SECOND, factor: 3 }]);
    expect(plan.surges('others')).toEqual([]);
    expect(plan.telemetry('balancer')).toEqual([
      { from: 4 * SECOND, until: 9 * SECOND, effect: 'slow', lag: 2 * SECOND },
    ]);
    expect(plan.telemetry('breaker')).toEqual([]);
  });
});
