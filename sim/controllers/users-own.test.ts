import { expect, it } from 'vitest';
import { runSeed, seedJob } from '../index.ts';
import { loadScenario } from '../node.ts';

it('takes a policy from a module that imports `overcontrol/controllers` alone', async () => {
  const { scenario, registry } = await loadScenario('sim/controllers/testing/every-nth.yaml');
  const job = seedJob(scenario, [scenario.designs[0]], scenario.seed, { references: false, verdicts: false });
  const [{ figures }] = runSeed(job, registry).designs;
  expect(figures.offered).toBeGreaterThan(900);
  expect(figures.rejectedBy).toEqual({ gate: Math.floor(figures.offered / 4) });
});

it('names the field of such a policy that is wrong', async () => {
  const wrong = loadScenario('sim/controllers/testing/every-nth.yaml', { 'gate.n': 0 });
  await expect(wrong).rejects.toThrow(/gate\.n: expected at least 1/);
});
