import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layerNames } from '../../sim/index.ts';
import { testLab } from '../testing/inline-lab.ts';
import { benchDesign, lagRanges, readStory, shippedBench, verdictOn, worldOf } from './paradox.ts';
import type { DesignOutcome } from './runs.ts';
import { outcomesOf } from './runs.ts';

const text = readFileSync(new URL('../../scenarios/load-balancer-chaos.yaml', import.meta.url), 'utf8');
const story = readStory(text);
const shipped = shippedBench(story);

describe('the bench', () => {
  it('begins as the story ships', () => {
    expect(shipped).toEqual({
      layers: ['balancer', 'sidecar', 'limiter', 'breaker'],
      balancerLag: 2,
      breakerLag: 3,
      propagateCause: false,
    });
    expect({ ...benchDesign(text, shipped), name: 'layered' }).toEqual(story.designs[0]);
  });

  it('has the layers, lags and cause propagation that were chosen', () => {
    const design = benchDesign(text, {
      ...shipped,
      layers: ['sidecar', 'breaker'],
      breakerLag: 0.5,
      propagateCause: true,
    });
    expect(layerNames(design).filter((name) => !name.endsWith('-removed'))).toEqual(['sidecar', 'breaker']);
    const breaker = design.edges[0].layers.find(({ name }) => name === 'breaker')!;
    expect([breaker.metrics.lag, breaker.propagateCause]).toEqual([0.5e9, true]);
  });
});

describe('the story', () => {
  it('is the world that the text describes', () => {
    expect(worldOf(story)).toEqual({
      length: 115,
      instances: 8,
      rate: 900,
      factor: 8,
      fault: { from: 60, until: 80, what: 'one instance is slow' },
    });
  });

  it('goes worse with all four layers than with none, and well when the breaker says why', async () => {
    const told = benchDesign(text, { ...shipped, propagateCause: true });
    const [bare, layered, yours] = await outcomesOf(testLab(), story, [story.designs[0], told]);
    expect(layered.killed).toBeGreaterThan(layered.saved);
    expect(layered.killed).toBeGreaterThan(layered.churn.killed);
    expect(verdictOn(layered, bare)).toMatch(/^Worse than no layer at all, by 2\.\d\d points of the 103,\d{3}/);
    expect(verdictOn(yours, bare)).toContain('no more than mere chance');
    expect(verdictOn(bare, bare)).toContain('bare itself');
    // The outage outlasts the fault: from second 81 on bare is well, and the layers are not.
    const servedLater = ({ seconds }: DesignOutcome): number => {
      const later = seconds.slice(81, 100);
      return later.reduce((sum, one) => sum + one.served, 0) / later.reduce((sum, one) => sum + one.offered, 0);
    };
    expect(servedLater(bare)).toBeGreaterThan(0.999);
    expect(servedLater(layered)).toBeLessThan(0.9);
  });
});

describe('the ranges over all lags', () => {
  it('are kept apart by whether the cause was told', () => {
    const points = [
      { lag: 0, propagateCause: false, success: 0.95 },
      { lag: 8, propagateCause: false, success: 0.96 },
      { lag: 0, propagateCause: true, success: 0.99 },
    ];
    expect(lagRanges(points)).toEqual({ hidden: { least: 0.95, most: 0.96 }, told: { least: 0.99, most: 0.99 } });
  });
});
