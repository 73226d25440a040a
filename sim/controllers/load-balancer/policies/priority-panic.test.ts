import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { casesOf } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/envoy-priority-panic.json' with { type: 'json' };
import { effectiveLocalityWeight, LocalityRoundRobin } from './locality-weight.ts';
import type { PriorityPanicConfig } from './priority-panic.ts';
import { envoyPriorityPanic, PriorityLoad } from './priority-panic.ts';
import { tally } from './testing/scripted-random.ts';

const defaults = z.object(envoyPriorityPanic.parameters).parse({});

interface Params {
  readonly overprovisioningFactor: number;
  readonly healthyPanicThreshold?: number;
  readonly localityWeights?: readonly number[];
}

interface Input {
  readonly healthyPct?: readonly number[];
  readonly degradedPct?: readonly number[];
  readonly availablePct?: readonly number[];
}

interface Expected {
  readonly trafficPct: readonly number[];
  readonly tolerance: number;
  readonly computedByIntegerAlgorithm?: readonly number[];
  readonly panic?: readonly boolean[];
  readonly normalizedTotalHealth?: number;
  readonly exact?: readonly number[];
}

const published = casesOf<Params, Input, Expected>(vectors);
const levels = published.filter(({ params }) => params.localityWeights === undefined);
const localities = published.filter(({ params }) => params.localityWeights !== undefined);

/** The documentation's tables spread load by health even where every level panics. */
function documented(params: Params): PriorityPanicConfig {
  return {
    overprovisioningFactor: Math.round(params.overprovisioningFactor * 100),
    healthyPanicThreshold: (params.healthyPanicThreshold ?? 50) / 100,
    totalPanicLoad: 'byHealth',
  };
}

describe('the published tables of priority levels', () => {
  it.each(levels)('$case ($source)', ({ params, inputs, expected }) => {
    for (const { healthyPct = [], degradedPct } of inputs) {
      const load = new PriorityLoad(documented(params), healthyPct.length);
      load.update(
        healthyPct.map(() => 100),
        healthyPct,
        degradedPct,
      );
      const percent = [...load.healthyLoad];
      if (expected.computedByIntegerAlgorithm !== undefined) {
        expect(percent).toEqual(expected.computedByIntegerAlgorithm);
      }
      for (const [level, traffic] of expected.trafficPct.entries()) {
        expect(Math.abs(percent[level] - traffic)).toBeLessThanOrEqual(expected.tolerance);
      }
      if (expected.panic !== undefined) expect([...load.panic].map((on) => on === 1)).toEqual(expected.panic);
      if (expected.normalizedTotalHealth !== undefined) {
        expect(load.normalizedTotal).toBe(expected.normalizedTotalHealth);
      }
    }
  });
});

describe('the published table of locality weights', () => {
  it.each(localities)('$case', ({ params, inputs, expected }) => {
    const { localityWeights = [], overprovisioningFactor } = params;
    for (const { availablePct = [] } of inputs) {
      const weights = localityWeights.map((weight, i) =>
        effectiveLocalityWeight(weight, availablePct[i], 100, Math.round(overprovisioningFactor * 100)),
      );
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const percent = weights.map((weight) => (100 * weight) / sum);
      for (const [locality, traffic] of expected.trafficPct.entries()) {
        expect(Math.abs(percent[locality] - traffic)).toBeLessThanOrEqual(expected.tolerance);
        if (expected.exact !== undefined) expect(percent[locality]).toBeCloseTo(expected.exact[locality], 10);
      }
    }
  });

  it('is what the schedule of localities gives', () => {
    const schedule = new LocalityRoundRobin(2);
    schedule.refresh([1, 2], [25, 100], [100, 100], 140);
    const [x, y] = tally(2, 47_000, () => schedule.pick());
    expect([x, y]).toEqual([7000, 40_000]);
    schedule.refresh([1, 2], [0, 0], [100, 100], 140);
    expect(schedule.pick()).toBe(-1);
  });
});

function loadOf(
  hosts: readonly number[],
  healthy: readonly number[],
  more: { degraded?: readonly number[]; excluded?: readonly number[]; config?: Partial<PriorityPanicConfig> } = {},
): PriorityLoad {
  const load = new PriorityLoad({ ...defaults, ...more.config }, hosts.length);
  load.update(hosts, healthy, more.degraded, more.excluded);
  return load;
}

/** What the product's own unit tests state: hosts, healthy, degraded, excluded by level, and the loads and panics. */
const stated: readonly {
  readonly hosts: readonly number[];
  readonly healthy: readonly number[];
  readonly degraded?: readonly number[];
  readonly excluded?: readonly number[];
  readonly load: readonly number[];
  readonly degradedLoad?: readonly number[];
  readonly panic?: readonly number[];
  readonly config?: Partial<PriorityPanicConfig>;
}[] = [
  { hosts: [2, 2], healthy: [1, 1], load: [70, 30], panic: [0, 0] },
  { hosts: [4, 2], healthy: [1, 2], load: [35, 65], panic: [0, 0] },
  { hosts: [4, 4], healthy: [1, 1], load: [50, 50], panic: [1, 1] },
  { hosts: [4, 5], healthy: [1, 1], excluded: [3, 0], load: [100, 0], panic: [0, 0] },
  { hosts: [4, 4], healthy: [0, 1], excluded: [4, 0], load: [50, 50], panic: [1, 1] },
  { hosts: [4, 6], healthy: [0, 1], excluded: [1, 2], load: [40, 60], panic: [1, 1] },
  { hosts: [4, 4], healthy: [2, 2], config: { overprovisioningFactor: 100 }, load: [50, 50] },
  { hosts: [1, 2], healthy: [0, 0], load: [34, 66], panic: [1, 1] },
  { hosts: [4, 4, 4], healthy: [1, 1, 1], load: [35, 35, 30] },
  { hosts: [5, 5, 5], healthy: [1, 1, 1], load: [34, 33, 33], panic: [1, 1, 1] },
  { hosts: [5, 5, 5], healthy: [0, 0, 4], load: [0, 0, 100], panic: [0, 0, 0] },
  { hosts: [5, 5, 5], healthy: [0, 0, 2], load: [34, 33, 33], panic: [1, 1, 1] },
  { hosts: [5, 5, 5], healthy: [0, 2, 2], degraded: [5, 2, 0], load: [0, 56, 44], degradedLoad: [0, 0, 0] },
  { hosts: [5, 3, 2], healthy: [0, 0, 0], load: [50, 30, 20], panic: [1, 1, 1] },
  { hosts: [5, 6, 3], healthy: [0, 2, 1], load: [37, 42, 21], panic: [1, 1, 1] },
  { hosts: [5, 5, 5], healthy: [0, 0, 1], degraded: [1, 5, 0], load: [0, 0, 28], degradedLoad: [28, 44, 0] },
  {
    hosts: [5, 5, 5],
    healthy: [0, 0, 0],
    degraded: [0, 2, 1],
    config: { healthyPanicThreshold: 0 },
    load: [0, 0, 0],
    degradedLoad: [0, 67, 33],
  },
  { hosts: [5, 5, 5], healthy: [0, 0, 0], degraded: [0, 2, 1], load: [34, 33, 33], degradedLoad: [0, 0, 0] },
  { hosts: [0, 6, 3], healthy: [0, 0, 0], load: [0, 67, 33], panic: [1, 1, 1] },
];

describe('priority levels', () => {
  it.each(stated)('with $healthy (degraded $degraded) of $hosts hosts get $load', (row) => {
    const load = loadOf(row.hosts, row.healthy, row);
    expect([...load.healthyLoad]).toEqual(row.load);
    if (row.degradedLoad !== undefined) expect([...load.degradedLoad]).toEqual(row.degradedLoad);
    if (row.panic !== undefined) expect([...load.panic]).toEqual(row.panic);
  });

  it('send everything to the first level if nothing is healthy and panic is off', () => {
    const load = loadOf([3, 3], [0, 0], { config: { healthyPanicThreshold: 0 } });
    expect([...load.healthyLoad, ...load.panic]).toEqual([100, 0, 0, 0]);
  });

  it('send everything to the first level, in panic, if nothing is healthy and load goes by health', () => {
    const load = loadOf([3, 3], [0, 0], { config: { totalPanicLoad: 'byHealth' } });
    expect([...load.healthyLoad, ...load.panic]).toEqual([100, 0, 1, 1]);
  });

  it('of one only panic below half of the hosts', () => {
    expect([49, 50, 51].map((healthy) => loadOf([100], [healthy]).panic[0])).toEqual([1, 0, 0]);
  });

  it('never panic, however few hosts a level has, while the next is healthy', () => {
    expect([...loadOf([100, 100], [1, 100]).panic]).toEqual([0, 0]);
  });

  const someLevels = fc.array(fc.record({ healthy: fc.nat(20), degraded: fc.nat(20), unhealthy: fc.nat(20) }), {
    minLength: 1,
    maxLength: 5,
  });

  it('have loads that sum to 100, and panic only by the rule of the sum', () => {
    fc.assert(
      fc.property(someLevels, fc.constantFrom('byHosts' as const, 'byHealth' as const), (rows, totalPanicLoad) => {
        const hosts = rows.map(({ healthy, degraded, unhealthy }) => healthy + degraded + unhealthy);
        const healthy = rows.map((row) => row.healthy);
        const degraded = rows.map((row) => row.degraded);
        const load = loadOf(hosts, healthy, { degraded, config: { totalPanicLoad } });
        const all = [...load.healthyLoad, ...load.degradedLoad];
        expect(all.reduce((sum, percent) => sum + percent, 0)).toBe(100);
        const ratio = (available: number, level: number): number =>
          hosts[level] === 0 ? 0 : Math.min(100, Math.floor((140 * available) / hosts[level]));
        const sum = rows.reduce((total, row, i) => total + ratio(row.healthy, i) + ratio(row.degraded, i), 0);
        for (const [level, row] of rows.entries()) {
          const scarce = hosts[level] === 0 || (row.healthy + row.degraded) / hosts[level] < 0.5;
          expect(load.panic[level] === 1).toBe(sum < 100 && scarce);
        }
      }),
    );
  });

  it('are chosen as often as their load says', () => {
    fc.assert(
      fc.property(someLevels, (rows) => {
        const hosts = rows.map(({ healthy, degraded, unhealthy }) => healthy + degraded + unhealthy);
        const load = loadOf(
          hosts,
          rows.map((row) => row.healthy),
          { degraded: rows.map((row) => row.degraded) },
        );
        const healthy = rows.map(() => 0);
        const degraded = rows.map(() => 0);
        for (let percent = 0; percent < 100; percent++) {
          const level = load.choose(percent);
          (load.choseDegraded ? degraded : healthy)[level]++;
        }
        expect([healthy, degraded]).toEqual([[...load.healthyLoad], [...load.degradedLoad]]);
      }),
    );
  });
});
