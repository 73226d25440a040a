import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { figuresOf } from './measure/figures.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { Simulation } from './scenario/simulation.ts';
import { randomScenario } from './testing/random-scenario.ts';
import { lagsOf, watchDecisions } from './testing/decisions.ts';
import { digestOf, scenarioOf, simulationOf } from './testing/simulate.ts';
import { Watch } from './testing/watch.ts';

/** What holds of every run, whatever the world, the faults and the stack. */

/** Runs so many random scenarios, always the same ones. */
const RUNS = { numRuns: 150, seed: 2 };

/** How often what the properties are about has occurred, so that none of them is empty. */
const occurred = new Map<string, number>();
function note(what: string, times = 1): void {
  occurred.set(what, (occurred.get(what) ?? 0) + times);
}

function forAny(check: (scenario: Scenario, simulation: Simulation) => void): void {
  fc.assert(
    fc.property(randomScenario, (written) => {
      const scenario = scenarioOf(written);
      check(scenario, simulationOf(scenario, { measure: { verdicts: true } }));
    }),
    RUNS,
  );
}

describe('any small scenario', () => {
  it('ends every request once, in one outcome, not before it arrived', () => {
    forAny((scenario, simulation) => {
      const { duration, drain } = scenario.world;
      const open = new Map<number, number>();
      simulation.measurement.follower = {
        arrived: ({ request }) => void open.set(request, simulation.now),
        ended: ({ request }) => {
          expect(open.get(request)).toBeLessThanOrEqual(simulation.now);
          open.delete(request);
        },
      };
      simulation.finish();
      expect(open.size).toBe(0);
      expect(simulation.now).toBeLessThanOrEqual(duration + drain);
      const { capped, latencyMs, offered, outcomes, waitMs } = figuresOf(simulation);
      expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(offered);
      if (outcomes.served + outcomes.late > 0) {
        expect(waitMs.mean).toBeGreaterThanOrEqual(0);
        expect(latencyMs.mean).toBeGreaterThanOrEqual(waitMs.mean);
      }
      for (const [outcome, count] of Object.entries(outcomes)) if (count > 0) note(outcome);
      if (capped > 0) note('capped');
    });
  });

  it('has no decision on a state that is yet to come, or fresher than the configured lag allows', () => {
    forAny((scenario, simulation) => {
      const lags = lagsOf(scenario);
      const ages = watchDecisions(simulation, (layer, age) => {
        expect(age).toBeGreaterThanOrEqual(lags.get(layer.name) ?? 0);
      });
      simulation.finish();
      note('decisions', ages.count);
      note('decisions on old state', ages.old);
    });
  });

  it('leaves nothing behind: no passage, no job, no slot in use, once the work that nobody awaits is done', () => {
    forAny((_scenario, simulation) => {
      const watch = new Watch(simulation);
      simulation.finish();
      expect(watch.leftovers()).toEqual([]);
      expect(watch.broken).toEqual([]);
      expect(watch.begun).toBe(watch.ended);
    });
  });

  it("keeps Little's law: the time integral of the load is the sum of the sojourns", () => {
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

  it('ends the same when it is run again, with verdicts and without', () => {
    forAny((scenario, simulation) => {
      simulation.finish();
      expect(digestOf(scenario)).toBe(simulation.measurement.digest.toString());
    });
  });

  afterAll(() => {
    for (const what of ['served', 'late', 'rejected', 'timedOut', 'failed', 'dropped', 'decisions on old state']) {
      expect(occurred.get(what), what).toBeGreaterThan(0);
    }
  });
});
