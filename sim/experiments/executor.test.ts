import { expect, it } from 'vitest';
import { loadScenario } from '../scenario/load.node.ts';
import { InlineExecutor, runInOrder } from './executor.ts';
import { PoolExecutor } from './pool.node.ts';
import { seedJob, seedsOf } from './run.ts';

it('gives the same results on every core as in this thread, in the order of the seeds', async () => {
  const { scenario, registry } = await loadScenario('sim/cli/testing/small.yaml', { duration: '7s' });
  const jobs = seedsOf(scenario.seed, 3).map((seed) =>
    seedJob(scenario, scenario.designs, seed, { references: true, verdicts: true }),
  );
  const pool = new PoolExecutor(undefined, 2);
  try {
    const handed: string[] = [];
    const there = await runInOrder(pool, jobs, ({ seed }) => void handed.push(seed));
    const here = await runInOrder(new InlineExecutor(registry), jobs, () => undefined);
    expect(there).toEqual(here);
    expect(handed).toEqual(['7', '7/1', '7/2']);
  } finally {
    await pool.close();
  }
});

it('stops where it is told to, and hands over nothing after that', async () => {
  const { scenario, registry } = await loadScenario('sim/cli/testing/small.yaml', { duration: '1s' });
  const jobs = seedsOf(scenario.seed, 5).map((seed) =>
    seedJob(scenario, scenario.designs, seed, { references: false, verdicts: false }),
  );
  const done = await runInOrder(new InlineExecutor(registry), jobs, (_result, index) => index < 1);
  expect(done.map(({ seed }) => seed)).toEqual(['7', '7/1']);
});
