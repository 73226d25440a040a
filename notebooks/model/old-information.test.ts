import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PublishedResults } from '../../sim/index.ts';
import { testLab } from '../testing/inline-lab.ts';
import type { View } from './old-information.ts';
import {
  crossoverOf,
  headlineOf,
  measure,
  publishedCrossover,
  publishedCurves,
  scenarioOf,
  sentenceAt,
  spreadOf,
  watchQueues,
} from './old-information.ts';

const folder = new URL('../../scenarios/validation/', import.meta.url);
const text = readFileSync(new URL('stale-balancing.yaml', folder), 'utf8');
const results = JSON.parse(
  readFileSync(new URL('results/stale-lb.json', folder), 'utf8'),
) as PublishedResults['stale-lb'];
const view: View = { load: 0.9, update: 'periodic' };

describe('the reference curves', () => {
  it('are of ten servers at the load and way of aging that was asked for', () => {
    const curve = publishedCurves(results, view).filter(({ policy }) => policy === 'jsq');
    expect(curve.map(({ age }) => age)).toEqual([1, 5, 10, 20, 50, 150]);
    expect(curve.map(({ response }) => response)).toEqual(
      curve.map(({ response }) => response).toSorted((a, b) => a - b),
    );
  });

  it('cross random where the crossover is published, as near as straight lines come', () => {
    const published = publishedCrossover(results, 'jsq', view);
    expect(published).toBeCloseTo(3.353, 3);
    expect(crossoverOf(publishedCurves(results, view), 'jsq', 0.9)).toBeCloseTo(published, 1);
    expect(crossoverOf(publishedCurves(results, view), 'jsqL', 0.9)).toBeNaN();
  });

  it('have the shortest queue twelve times as late as random with a report every 5 s', () => {
    expect(headlineOf(results).factor).toBeCloseTo(12.3, 1);
    expect(headlineOf(results).ofTwo).toBeCloseTo(1.4, 1);
  });
});

describe('a run', () => {
  it('has the policy, the load and the age that were asked for', () => {
    const run = {
      policy: 'd3',
      age: 5,
      view: { load: 0.5, update: 'delay' },
      requests: 1000,
      replications: 2,
    } as const;
    const { scenario, design } = scenarioOf(text, run);
    expect(scenario.world.traffic[0].arrivals).toMatchObject({ kind: 'poisson', rate: 50 });
    const [{ config, metrics }] = design.edges[0].layers;
    expect([config, metrics]).toMatchObject([{ choices: 3 }, { lag: 0.5e9 }]);
    expect(scenario.replications).toBe(2);
  });

  it('comes near the reference value, and to the same side of random', async () => {
    const run = { policy: 'jsq', age: 5, view, requests: 20_000, replications: 2 } as const;
    const { response } = await measure(testLab(), text, run);
    const reference = publishedCurves(results, view).find(({ policy, age }) => policy === 'jsq' && age === 5)!.response;
    expect(response / reference).toBeGreaterThan(0.8);
    expect(response / reference).toBeLessThan(1.2);
    expect(response).toBeGreaterThan(10);
  });

  it('shows the herd: the longest queue far above the mean, unless own picks count', async () => {
    const lab = testLab();
    const herd = spreadOf(await watchQueues(lab, text, { policy: 'jsq', age: 5, view }));
    const calm = spreadOf(await watchQueues(lab, text, { policy: 'jsqL', age: 5, view }));
    expect(herd.longest).toBeGreaterThan(20);
    expect(calm.longest).toBeLessThan(6);
    expect(herd.mean).toBeGreaterThan(2 * calm.mean);
  });
});

describe('the sentence on an age', () => {
  it('names what is worse than random', () => {
    const at = (jsq: number, d2: number) =>
      (['jsq', 'd3', 'd2', 'jsqL', 'random'] as const).map((policy) => ({
        policy,
        age: 5,
        response: { jsq, d3: 5, d2, jsqL: 3, random: 10 }[policy],
        low: 0,
        high: 0,
      }));
    expect(sentenceAt(at(20, 12), 0.9)).toBe(
      'The shortest queue of all answers 2.0 times as late as random. Worse than random: shortest queue of all, shorter of two.',
    );
    expect(sentenceAt(at(2, 4), 0.9)).toBe(
      'The shortest queue of all answers 5.0 times as fast as random. Nothing is worse than random at this age.',
    );
  });
});
