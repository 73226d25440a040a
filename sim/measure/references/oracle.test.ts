import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeNanoseconds } from '../../kernel/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { scenarioOf, simulationOf } from '../../testing/simulate.ts';
import { runOracle } from './run-oracle.ts';

interface Pool {
  readonly instances: number;
  readonly concurrency: number;
  readonly rate: number;
  readonly deadlineMs: number;
}

function scenarioWith(pool: Pool, service: object = {}, faults: readonly object[] = []): Scenario {
  const { concurrency, deadlineMs, instances, rate } = pool;
  return scenarioOf({
    duration: '1s',
    world: {
      services: { desk: { instances, concurrency, demand: { exponential: '10ms' }, ...service } },
      traffic: [{ name: 'callers', to: 'desk', arrivals: { poisson: `${rate}/s` }, deadline: `${deadlineMs}ms` }],
      faults,
    },
  });
}

/** By request, whether the oracle served it. */
function servedByOracle({ world, designs }: Scenario, instances: 'max' | 'initial' = 'max'): boolean[] {
  const { log, servable } = runOracle(world, designs[0].edges, '1', instances);
  const served = Array.from({ length: log.length }, (_, i) => log.wasServed(i));
  expect(servable).toBe(served.filter(Boolean).length);
  return served;
}

/** Arrivals of a run, with the work that the first try of each is. */
function arrivalsOf(scenario: Scenario): { at: number; work: number }[] {
  const simulation = simulationOf(scenario);
  const [service] = simulation.world.services;
  const arrivals: { at: number; work: number }[] = [];
  simulation.measurement.follower = {
    arrived: (call) => void arrivals.push({ at: call.arrivedAt, work: wholeNanoseconds(service.workOf(call, 0)) }),
    ended: () => undefined,
  };
  simulation.finish();
  return arrivals;
}

/** The same by a plain list of slots: the earliest completion of all, if it is in time. */
function servedNaively(scenario: Scenario, { concurrency, deadlineMs, instances }: Pool): boolean[] {
  const slots = Array.from({ length: instances * concurrency }, () => 0);
  return arrivalsOf(scenario).map(({ at, work }) => {
    const free = slots.indexOf(Math.min(...slots));
    const done = Math.max(at, slots[free]) + work;
    if (done > at + deadlineMs * 1e6) return false;
    slots[free] = done;
    return true;
  });
}

const IDLE: Pool = { instances: 2, concurrency: 2, rate: 100, deadlineMs: 200 };
const share = (served: readonly boolean[]): number => served.filter(Boolean).length / served.length;

describe('the oracle', () => {
  it('serves whom a plain list of slots serves, at any load', () => {
    const pools = fc.record({
      instances: fc.integer({ min: 1, max: 5 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      rate: fc.constantFrom(50, 400, 1500),
      deadlineMs: fc.constantFrom(8, 25, 100),
    });
    fc.assert(
      fc.property(pools, (pool) => {
        const scenario = scenarioWith(pool);
        expect(servedByOracle(scenario)).toEqual(servedNaively(scenario, pool));
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('ignores queue limits', () => {
    const busy = { ...IDLE, rate: 380 };
    const served = servedByOracle(scenarioWith(busy, { queue: { limit: 0 } }));
    expect(served).toEqual(servedByOracle(scenarioWith(busy, { queue: { limit: 1000 } })));
  });

  it('knows which draws err, and does not serve those', () => {
    const served = servedByOracle(scenarioWith(IDLE, { errorRate: '30%' }));
    expect(share(served)).toBeGreaterThan(0.5);
    expect(share(served)).toBeLessThan(0.9);
  });

  it('goes round an instance that is slow, crashed or out of order, and is late where all are', () => {
    const all = share(servedByOracle(scenarioWith(IDLE)));
    const during = { at: '0s', for: '1s' };
    for (const fault of [
      { slow: { service: 'desk', instances: [0], factor: 1000 } },
      { crash: { service: 'desk', instances: [0] } },
      { errors: { service: 'desk', instances: [0], rate: '100%' } },
    ]) {
      expect(share(servedByOracle(scenarioWith(IDLE, {}, [{ ...during, ...fault }])))).toBe(all);
    }
    const everywhere = { at: '0s', for: '10s', slow: { service: 'desk', instances: 'all', factor: 1e6 } };
    expect(share(servedByOracle(scenarioWith(IDLE, {}, [everywhere])))).toBe(0);
  });

  it('has all the instances that there may be, or the initial ones', () => {
    const service = { instances: { initial: 1, max: 4 }, concurrency: 1 };
    const scenario = scenarioWith({ ...IDLE, rate: 250, deadlineMs: 40 }, service);
    const [most, few] = [share(servedByOracle(scenario)), share(servedByOracle(scenario, 'initial'))];
    expect(most).toBeGreaterThan(0.9);
    expect(few).toBeLessThan(most - 0.1);
  });

  it('takes no capacity for whom it cannot serve', () => {
    // One in ten is far too large; the others are served as if it were not there.
    const sizes = { empirical: { values: ['5ms', '900ms'], weights: [9, 1] } };
    const scenario = scenarioWith({ instances: 1, concurrency: 1, rate: 60, deadlineMs: 100 }, { demand: sizes });
    const small = arrivalsOf(scenario).map(({ work }) => work < 100e6);
    expect(share(small)).toBeLessThan(1);
    expect(servedByOracle(scenario)).toEqual(small);
  });
});
