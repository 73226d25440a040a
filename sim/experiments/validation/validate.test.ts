import { describe, expect, it } from 'vitest';
import { finished, scenarioOf } from '../../testing/simulate.ts';
import { REGISTRY } from '../../testing/simulate.ts';
import type { ValidationCase } from './case.ts';
import { inside, ofOne } from './case.ts';
import { observe } from './observation.ts';
import type { ObservationTask } from './observation.ts';
import { selectCases, validate } from './validate.ts';

const SCENARIO = scenarioOf({
  duration: '2s',
  replications: 3,
  world: {
    services: { desk: { instances: 1, serviceTime: '1ms' } },
    traffic: [{ name: 'callers', to: 'desk', arrivals: { deterministic: '100/s' } }],
  },
});

const caseOf = (name: string, expected: number, short = false): ValidationCase => ({
  name,
  source: 'it cannot be otherwise',
  short,
  points: [{ scenario: 'desk' }],
  figures: [
    { name: 'mean response', gate: inside(expected, 0.01), values: ofOne(({ figures }) => figures.latencyMs.mean) },
  ],
});

function observer(tasks: ObservationTask[] = []) {
  return {
    width: 2,
    observe: async (task: ObservationTask) => {
      tasks.push(task);
      return Promise.resolve(observe(task, REGISTRY));
    },
  };
}

const load = async () => Promise.resolve(SCENARIO);

describe('a validation', () => {
  it('judges each figure by the replications of its points', async () => {
    const results = await validate([caseOf('right', 1), caseOf('wrong', 2)], { load, observer: observer() });
    expect(results.map(({ case: name, verdict, replications }) => [name, verdict, replications])).toEqual([
      ['right', 'ok', 3],
      ['wrong', 'off', 3],
    ]);
    expect(results[0].measured).toEqual({ mean: 1, low: 1, high: 1 });
  });

  it('runs a point that cases share once, each replication with a seed of its own', async () => {
    const tasks: ObservationTask[] = [];
    await validate([caseOf('one', 1), caseOf('another', 1)], { load, observer: observer(tasks) });
    expect(tasks.map(({ seeds }) => seeds)).toEqual([['1'], ['1/1'], ['1/2']]);
  });

  it('leaves out what was not finished when it was stopped', async () => {
    const results = await validate([caseOf('one', 1)], { load, observer: observer(), signal: AbortSignal.abort() });
    expect(results).toEqual([]);
  });

  it('refuses a design that there is not', async () => {
    const points = [{ scenario: 'desk', design: 'nothing' }];
    const run = validate([{ ...caseOf('one', 1), points }], { load, observer: observer() });
    await expect(run).rejects.toThrow('desk has no design nothing');
  });
});

describe('an observation', () => {
  it('is the run of its seed', () => {
    const [run] = observe(
      { world: SCENARIO.world, design: SCENARIO.designs[0], seeds: ['7'], plugins: [], timeline: 4, looks: 0 },
      REGISTRY,
    );
    expect(run.figures.digest).toBe(finished(SCENARIO, { seed: '7' }).measurement.digest.toString());
    expect(run).toMatchObject({ waited: 0, longestWaitMs: 0, dispatches: 199 });
    expect(run.timeline?.series['dispatches:desk'].reduce((a, b) => a + b, 0)).toBe(199);
  });

  it('may look at how many jobs there are, which changes nothing', () => {
    const task = { world: SCENARIO.world, design: SCENARIO.designs[0], seeds: ['7'], plugins: [], timeline: 0 };
    const [[run], [looked]] = [0, 2000].map((looks) => observe({ ...task, looks }, REGISTRY));
    expect(looked.figures.digest).toBe(run.figures.digest);
    // A job of 1 ms every 10 ms, seen at every whole ms: as it comes, and no more as it goes.
    expect(looked.levels).toEqual([1801, 199]);
  });
});

describe('the choice of cases', () => {
  const cases = [caseOf('mmc/a', 1, true), caseOf('mmc/b', 1), caseOf('dm1/a', 1)];
  const names = (filters: string[], short: boolean): string[] =>
    selectCases(cases, filters, short).map(({ name }) => name);

  it('is by parts of their names, and by whether they are quick', () => {
    expect(names([], false)).toEqual(['mmc/a', 'mmc/b', 'dm1/a']);
    expect(names(['mmc'], false)).toEqual(['mmc/a', 'mmc/b']);
    expect(names(['/a'], true)).toEqual(['mmc/a']);
  });
});
