import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testLab } from '../testing/inline-lab.ts';
import type { StormOutcome } from './retry-storms.ts';
import { expectedLoad, measureLoad, mostWithBudgets, runStorm } from './retry-storms.ts';

const read = (file: string): string => readFileSync(new URL(`../../scenarios/${file}`, import.meta.url), 'utf8');
const layers = read('validation/retry-layers.yaml');

describe('layers of retries', () => {
  it('make sixty-four of one call, three of four tries, when everything fails', async () => {
    const stack = { layers: 3, tries: 4, failure: 1, budget: null };
    expect(await measureLoad(testLab(), layers, stack)).toEqual({ attempts: 64, success: 0 });
    expect(expectedLoad(stack)).toEqual({ attempts: 64, success: 0 });
  });

  it('are nearly free while little fails', async () => {
    const stack = { layers: 3, tries: 4, failure: 0.1, budget: null };
    const { attempts, success } = await measureLoad(testLab(), layers, stack);
    expect(attempts).toBeCloseTo(1.111, 1);
    expect(success).toBe(1);
  });

  it('stay below what their budgets add up to', async () => {
    const stack = { layers: 3, tries: 4, failure: 1, budget: 0.2 };
    const { attempts } = await measureLoad(testLab(), layers, stack);
    expect(mostWithBudgets(stack)).toBeCloseTo(1.728, 3);
    expect(attempts).toBeLessThanOrEqual(mostWithBudgets(stack) + 1e-9);
    expect(attempts).toBeGreaterThan(1.5);
  });
});

describe('the shipped storm', () => {
  it('is served best without retry layers; one layer, a budget and a breaker help little', async () => {
    let outcomes: StormOutcome[] = [];
    for await (const some of runStorm(testLab(), read('retry-storm.yaml'))) outcomes = some;
    const of = Object.fromEntries(outcomes.map((outcome) => [outcome.name, outcome]));
    expect(Object.keys(of)).toEqual(['layered', 'one-layer', 'no-retries', 'budget', 'breaker']);
    for (const remedy of ['one-layer', 'budget', 'breaker']) {
      expect(Math.abs(of[remedy].success - of['layered'].success)).toBeLessThan(0.02);
    }
    expect(of['no-retries'].success - of['layered'].success).toBeGreaterThan(0.05);
    // It is not the number of attempts that does it.
    expect(of['layered'].ledgerLoad).toBeLessThan(1.1);
    expect(of['layered'].wasted).toBeGreaterThan(0.1);
    expect(of['no-retries'].wasted).toBe(0);
  });
});
