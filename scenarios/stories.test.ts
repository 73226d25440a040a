import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runInOrder } from '../sim/experiments/executor.ts';
import { checkExpectations, expectedDesigns, needsReferences, needsVerdicts, seedJob, seedsOf } from '../sim/index.ts';
import type { SeedResult } from '../sim/index.ts';
import { loadScenario, PoolExecutor } from '../sim/node.ts';

/** Every scenario that ships, in a short form: of a few seeds, all that it expects holds. */

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const SEEDS = 4;

const files = ['.', 'incidents'].flatMap((folder) =>
  readdirSync(join(FOLDER, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name)),
);

const pool = new PoolExecutor();
afterAll(() => pool.close());

describe('a scenario that ships', () => {
  it.each(files)('%s is as it says', async (file) => {
    const { scenario } = await loadScenario(join(FOLDER, file));
    expect(scenario.expect.length, 'expectations').toBeGreaterThan(1);
    const how = {
      references: scenario.expect.some(needsReferences),
      verdicts: scenario.expect.some(needsVerdicts),
    };
    const designs = expectedDesigns(scenario);
    const jobs = seedsOf(scenario.seed, SEEDS).map((seed) => seedJob(scenario, designs, seed, how));
    const results: SeedResult[] = [];
    await runInOrder(pool, jobs, (result) => {
      results.push(result);
    });
    const failed = checkExpectations(scenario, results).filter(({ ok }) => !ok);
    expect(failed).toEqual([]);
  });
});
