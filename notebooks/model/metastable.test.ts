import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testLab } from '../testing/inline-lab.ts';
import type { Surge } from './metastable.ts';
import { CAPACITY, hasRecovered, readSurge, sentenceOn, sentenceOnMap, SURGE, watchSurge } from './metastable.ts';

const text = readFileSync(new URL('../../scenarios/metastable.yaml', import.meta.url), 'utf8');
const shipped: Surge = { load: 140, factor: 2.5, tries: 5, hasBudget: false };

describe('the story at a quarter of its size', () => {
  it('has the capacity and the surge that the text says', () => {
    const { world } = readSurge(text, shipped).scenario;
    const [{ concurrency, noise }] = world.services;
    expect(noise).toMatchObject({ kind: 'exponential', mean: 40e6 });
    expect(concurrency / 0.04).toBe(CAPACITY);
    expect(world.faults[0].timing).toMatchObject({ at: SURGE.from * 1e9, length: (SURGE.until - SURGE.from) * 1e9 });
  });

  it.each([
    ['stays down after the surge, as it ships', shipped, false],
    ['recovers with a budget', { ...shipped, hasBudget: true }, true],
    ['recovers without retries', { ...shipped, tries: 1 }, true],
    ['recovers at little load', { ...shipped, load: 40 }, true],
  ] as const)('%s', async (_name, surge, recovers) => {
    const seconds = await watchSurge(testLab(), text, surge);
    expect(hasRecovered(seconds)).toBe(recovers);
    expect(sentenceOn(seconds)).toContain(recovers ? 'It has recovered.' : 'the outage is not.');
  });

  it('is called overloaded where it is not healthy even before', async () => {
    const seconds = await watchSurge(testLab(), text, { ...shipped, load: 180 });
    expect(sentenceOn(seconds)).toContain('Overloaded');
  });
});

describe('the sentence on a map', () => {
  it('names the least load that a surge brings down, and the least surge that does', () => {
    const at = (load: number, factor: number, phase: 'metastable' | 'stable') => ({
      load,
      factor,
      phase,
      recoveryMs: null,
    });
    expect(sentenceOnMap([at(60, 3, 'metastable'), at(60, 2, 'metastable'), at(40, 3, 'stable')])).toBe(
      'From 30 % of the capacity on there are surges that outlive themselves: there, from 2 times the load on.',
    );
    expect(sentenceOnMap([at(40, 3, 'stable')])).toBe('No surge of this map outlives itself.');
  });
});
