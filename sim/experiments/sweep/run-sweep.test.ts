import { describe, expect, it } from 'vitest';
import { Registry } from '../../controllers/registry.ts';
import { read } from '../../scenario/testing/small-scenario.ts';
import { InlineExecutor } from '../executor.ts';
import { seedJob } from '../run.ts';
import { runSeed } from '../seed-job.ts';
import type { SeedTask } from '../seed-task.ts';
import { parseParameter } from './parameter.ts';
import { planSweep, runsOf, settingsAt, unitsOf, WHOLE } from './plan.ts';
import type { SweepRow } from './rows.ts';
import { keyOfRow } from './rows.ts';
import { runSweep } from './run-sweep.ts';
import { sweepResult } from './sweep-result.ts';
import { TaskMemo } from './task-memo.ts';

const TEXT = `name: tiny
duration: 2s
world:
  services: { api: { instances: 2, serviceTime: { exponential: 20ms } } }
  traffic: [{ name: users, to: api, arrivals: { poisson: 60/s }, deadline: 100ms }]
edges:
  - { from: users, to: api, layers: [{ name: again, kind: retry, tries: 2, perTryTimeout: 50ms }] }
`;
const REGISTRY = new Registry();
const executor = new InlineExecutor(REGISTRY);

function planOf(params: string[], more: { figures?: string[]; lhs?: number } = {}) {
  return planSweep({
    scenario: read(TEXT),
    hash: 'abc',
    parameters: params.map(parseParameter),
    lhs: more.lhs,
    designs: ['layered', 'bare'],
    seeds: ['1', '1/1'],
    figures: more.figures ?? ['success'],
    phases: false,
  });
}

async function rowsOf(plan: ReturnType<typeof planOf>, width = 1) {
  const rows = new Map<string, SweepRow>();
  const means = {
    scenarioWith: (set: Readonly<Record<string, unknown>>) => read(TEXT, { set }),
    runTask: executor.runTask.bind(executor),
    width,
  };
  const counts = await runSweep(plan, unitsOf(plan, WHOLE), means, (unit) =>
    unit.forEach((row) => rows.set(keyOfRow(row), row)),
  );
  return { rows, counts };
}

describe('a sweep', () => {
  it('has at each point the figures of a run there', async () => {
    const plan = planOf(['again.tries=1..3'], { figures: ['fidelity', 'killed.total'] });
    const { rows } = await rowsOf(plan);
    const scenario = read(TEXT, { set: settingsAt(plan, 2) });
    const job = seedJob(scenario, [scenario.designs[0]], '1/1', { references: true, verdicts: false });
    const [bare, layered] = runSeed(job, REGISTRY).designs;
    const rowOf = (design: string) => rows.get(keyOfRow({ design, point: { 'again.tries': 3 }, seed: '1/1' }))!;
    expect(rowOf('bare').figures).toEqual({ ...bare.figures, ...bare.fidelity });
    expect(rowOf('layered').figures).toEqual({ ...layered.figures, ...layered.fidelity });
    expect(rowOf('layered').figures.killed!.total).toBeGreaterThan(0);
  });

  it('runs what the parameter does not touch once for all points', async () => {
    const { counts } = await rowsOf(planOf(['again.tries=1..5'], { figures: ['fidelity'] }));
    // Of each seed: bare twice and the oracle once, and at each point the design twice.
    expect(counts).toEqual({ run: 2 * (3 + 5 * 2), reused: 2 * 4 * 3 });
    const world = await rowsOf(planOf(['world.traffic.users.arrivals.poisson=50/s,60/s']));
    expect(world.counts).toEqual({ run: 8, reused: 0 });
  });

  it('takes no more runs than it says', () => {
    expect(runsOf(planOf(['again.tries=1..5']), 10)).toBe(20);
    expect(runsOf(planOf(['again.tries=1..5'], { figures: ['fidelity'] }), 10)).toBe(50);
  });

  it('measures no more than is asked for', () => {
    expect(planOf(['again.tries=1..2'])).toMatchObject({ references: false, verdicts: false });
    expect(planOf(['again.tries=1..2'], { figures: ['killed.total'] })).toMatchObject({ references: true });
    expect(planOf(['again.tries=1..2'], { figures: ['layers.again.decisions'] })).toMatchObject({ verdicts: true });
  });

  it('of a Latin hypercube says which parameter matters', async () => {
    const plan = planOf(['again.perTryTimeout=20ms..90ms', 'world.traffic.users.arrivals.poisson=20/s..120/s'], {
      lhs: 12,
    });
    const { correlations, thresholds, points } = sweepResult(plan, (await rowsOf(plan)).rows);
    expect([points.length, thresholds]).toEqual([12, []]);
    const rho = (parameter: RegExp, design: string) =>
      correlations.find((one) => parameter.test(one.parameter) && one.design === design)!.rho;
    expect(rho(/poisson/, 'bare')).toBeLessThan(-0.8);
    expect(Math.abs(rho(/perTryTimeout/, 'bare'))).toBeLessThan(0.7);
  });

  it('may be asked three questions at once only of a hypercube', () => {
    const three = [
      'again.tries=1..2',
      'again.perTryTimeout=20ms,90ms',
      'world.traffic.users.arrivals.poisson=20/s,120/s',
    ];
    expect(() => planOf(three)).toThrow(/one parameter or two, not 3: take --lhs/);
    expect(planOf(three, { lhs: 4 }).points).toHaveLength(4);
  });
});

describe('the memory of tasks', () => {
  const task = (seed: string) => ({ id: 'x', kind: 'oracle', seed }) as unknown as SeedTask;
  const result = { figures: null, log: new Uint8Array(1000), fidelity: null, servable: 0, simulated: 0 };

  it('forgets what nobody has asked for the longest', async () => {
    const run: string[] = [];
    const memo = new TaskMemo((one) => {
      run.push(one.seed);
      return Promise.resolve(result);
    }, 30_000);
    for (const seed of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) await memo.do(task(seed));
    expect(run).toEqual(['a', 'b', 'c', 'd', 'b']);
    expect([memo.run, memo.reused]).toEqual([5, 2]);
  });

  it('does not care what a task is called', async () => {
    const memo = new TaskMemo(() => Promise.resolve(result));
    await memo.do({ ...task('a'), id: 'one' });
    await memo.do({ ...task('a'), id: 'other' });
    expect(memo.run).toBe(1);
  });
});
