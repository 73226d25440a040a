import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { replayOf } from './experiments/closed-loop.ts';
import { figuresOf } from './measure/figures.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { Simulation } from './scenario/simulation.ts';
import { lagsOf, watchDecisions } from './testing/decisions.ts';
import { randomWorld } from './testing/random-world.ts';
import { digestOf, scenarioOf, simulationOf } from './testing/simulate.ts';
import { CallWatch, Watch } from './testing/watch.ts';

/** What holds of every run of services that call services, whatever the zones, the faults and the stacks on their edges. */

/** Runs so many random worlds, always the same ones. */
const RUNS = { numRuns: 80, seed: 3 };

const occurred = new Map<string, number>();
function note(what: string, times = 1): void {
  occurred.set(what, (occurred.get(what) ?? 0) + times);
}

function forAny(check: (scenario: Scenario, simulation: Simulation) => void): void {
  fc.assert(
    fc.property(randomWorld, (written) => {
      const scenario = scenarioOf(written);
      check(scenario, simulationOf(scenario, { measure: { verdicts: true } }));
    }),
    RUNS,
  );
}

describe('any small world of services that call services', () => {
  it('ends every call once, leaves nothing behind, and ends within its drain', () => {
    forAny((scenario, simulation) => {
      const { duration, drain } = scenario.world;
      const watch = new Watch(simulation);
      const calls = new CallWatch(simulation);
      simulation.finish();
      expect(simulation.now).toBeLessThanOrEqual(duration + drain);
      const { offered, outcomes, services } = figuresOf(simulation);
      expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(offered);
      expect(offered).toBe(simulation.world.arrivals);
      expect(outcomes.unfinished).toBe(0);
      expect(watch.leftovers()).toEqual([]);
      expect(watch.broken).toEqual([]);
      expect(calls.problems()).toEqual([]);
      for (const [outcome, count] of Object.entries(outcomes)) if (count > 0) note(outcome);
      note('nested calls', calls.ended - offered);
      note(
        'compensations',
        simulation.world.services.reduce((sum, { plan }) => sum + (plan?.compensations ?? 0), 0),
      );
      note(
        'duplicates',
        simulation.world.services.reduce((sum, one) => sum + one.duplicates, 0),
      );
      note(
        'effects that came late',
        simulation.world.services.reduce((sum, one) => sum + one.lateEffects, 0),
      );
      note('dispatches', services.leaf.dispatches);
    });
  });

  it('has no decision on a state that is yet to come, or fresher than the configured lag allows', () => {
    forAny((scenario, simulation) => {
      const lags = lagsOf(scenario);
      const ages = watchDecisions(simulation, (layer, age) => {
        expect(age).toBeGreaterThanOrEqual(lags.get(layer.name) ?? 0);
      });
      simulation.finish();
      note('decisions on old state', ages.old);
    });
  });

  it("keeps Little's law at every service", () => {
    forAny((_scenario, simulation) => {
      const watch = new Watch(simulation);
      simulation.finish();
      watch.leftovers();
      for (const service of watch.services) {
        expect(Math.abs(service.imbalance())).toBeLessThanOrEqual(1e-9 * Math.max(1, service.loadArea));
        expect(service.ownLoadArea()).toBeCloseTo(service.loadArea, -3);
      }
    });
  });

  it('ends the same when it is run again, with verdicts and without; and when its closed loops are replayed', () => {
    forAny((scenario, simulation) => {
      simulation.finish();
      const digest = simulation.measurement.digest.toString();
      expect(digestOf(scenario)).toBe(digest);
      expect(digestOf({ ...scenario, world: replayOf(simulation) })).toBe(digest);
    });
  });

  afterAll(() => {
    for (const what of [
      'served',
      'late',
      'wrong',
      'rejected',
      'timedOut',
      'failed',
      'dropped',
      'nested calls',
      'compensations',
      'duplicates',
      'effects that came late',
      'decisions on old state',
    ]) {
      expect(occurred.get(what), what).toBeGreaterThan(0);
    }
  });
});
