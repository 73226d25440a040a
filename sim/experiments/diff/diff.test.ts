import { describe, expect, it } from 'vitest';
import { Registry } from '../../controllers/registry.ts';
import { readScenario } from '../../scenario/read-scenario.ts';
import { writtenScenario } from '../../scenario/written.ts';
import { runSeed } from '../seed-job.ts';
import type { DiffSide } from './diff.ts';
import { changesBetween } from './diff.ts';
import { effectJobs, effectOf } from './effect.ts';

const REGISTRY = new Registry();

const TEXT = `name: shop
duration: 20s
replications: 3
world:
  services:
    api: { instances: 3, concurrency: 4, queue: { limit: 16 }, serviceTime: { exponential: 50ms } }
  traffic:
    - { name: users, to: api, clients: 5, arrivals: { poisson: 60/s }, deadline: 500ms }
edges:
  - from: users
    to: api
    layers:
      - { name: balancer, kind: loadBalancer }
      - { name: again, kind: retry, tries: 2, budget: { policy: ratio } }
      - { name: quota, kind: rateLimiter, rate: 10/s, burst: 5, key: client }
      - { name: fuse, kind: circuitBreaker, window: 10s }
autoscalers:
  - { name: scaler, kind: autoscaler, service: api, max: 3 }
designs:
  same: { set: { again.tries: 2 } }
  tuned: { set: { fuse.window: 30s, again.budget.ratio: 10%, balancer.metrics: { lag: 1500ms } } }
  fewer: { without: [fuse, scaler] }
  more: { add: [{ layer: { name: shed, kind: rateLimiter, policy: slidingWindow, limit: 9, window: 1s }, inside: quota }] }
  other: { set: { again.policy: constant } }
`;

function side(design: string, text = TEXT): DiffSide {
  const scenario = readScenario(text, 's.yaml', { registry: REGISTRY });
  const found = scenario.designs.find(({ name }) => name === design)!;
  return { scenario, design: found, registry: REGISTRY, written: writtenScenario('s.yaml', { text }) };
}

const changes = (after: string, text = TEXT): string[] =>
  changesBetween(side('layered'), side(after, text)).map(
    ({ kind, path, before, after: now }) => `${kind} ${path}: ${before} -> ${now}`,
  );

describe('what changes between designs', () => {
  it('is nothing between equals, however they are written', () => {
    expect(changes('layered')).toEqual([]);
    expect(changes('same')).toEqual([]);
  });

  it('is each setting, before and after as people write it', () => {
    const lines = changes('tuned');
    expect(lines).toContain('added balancer.metrics.lag: null -> 1.5s');
    expect(lines.filter((line) => !line.includes('.metrics.'))).toEqual([
      'changed balancer.source: own -> reported',
      'changed again.budget.ratio: 20% -> 10%',
      'changed fuse.window: 10s -> 30s',
    ]);
  });

  it('is each layer that goes, with the place where it stood', () => {
    expect(changes('fewer')).toEqual([
      'removed fuse: users > api, inside `quota` -> null',
      'removed scaler: beside the path -> null',
    ]);
  });

  it('is each layer that comes, with all of its settings, and moves none of the others', () => {
    const lines = changes('more');
    expect(lines).toContain('added shed: null -> users > api, inside `quota`');
    expect(lines).toContain('added shed.limit: null -> 9');
    expect(lines.every((line) => line.startsWith('added shed'))).toBe(true);
  });

  it('is a policy, with what the other one does not have', () => {
    expect(changes('other')).toContain('changed again.policy: exponential -> constant');
  });

  it('is the one layer that moved, and not those that it passed', () => {
    const lines = TEXT.split('\n');
    const quota = lines.findIndex((line) => line.includes('name: quota'));
    const balancer = lines.findIndex((line) => line.includes('name: balancer'));
    const moved = lines.toSpliced(quota, 1).toSpliced(balancer, 0, lines[quota]).join('\n');
    expect(changes('layered', moved)).toEqual(['moved quota: users > api, inside `again` -> users > api, outermost']);
  });

  it('is the world too, by the names of what it is made of', () => {
    const busier = TEXT.replace('60/s', '90/s').replace('concurrency: 4', 'concurrency: 5');
    expect(changes('layered', busier)).toEqual([
      'changed world.services.api.concurrency: 4 -> 5',
      'changed world.traffic.users.arrivals.poisson: 60/s -> 90/s',
    ]);
  });
});

describe('what a change does', () => {
  const effect = (before: DiffSide, after: DiffSide) =>
    effectOf(
      before,
      after,
      effectJobs(before, after).map((job) => runSeed(job, REGISTRY)),
    );

  it('is measured seed by seed, with the requests that only one of the two serves', () => {
    const open = TEXT.replace('fewer: {', 'open: { without: [quota] }\n  fewer: {');
    const { seeds, figures, flips } = effect(side('layered', open), side('open', open));
    expect(seeds).toEqual(['1', '1/1', '1/2']);
    const success = figures.find(({ figure }) => figure === 'success')!;
    expect(success.difference.mean).toBeCloseTo(success.after.mean - success.before.mean, 12);
    expect(success.difference.low).toBeGreaterThan(0);
    expect(flips!.saved.mean).toBeGreaterThan(0);
    const killed = figures.find(({ figure }) => figure === 'killed')!;
    expect(killed.difference.mean).toBeLessThan(0);
  });

  it('has no request to compare where the worlds differ, but figures all the same', () => {
    const busier = TEXT.replace('60/s', '80/s').replace('replications: 3', 'replications: 2');
    const { seeds, figures, flips } = effect(side('layered'), side('layered', busier));
    expect([seeds, flips]).toEqual([['1', '1/1'], null]);
    expect(figures.map(({ figure }) => figure)).toContain('fidelity');
  });

  it('is exactly nothing of a design against itself', () => {
    const { figures, flips } = effect(side('layered'), side('same'));
    expect(figures.every(({ difference }) => difference.mean === 0 && difference.high === 0)).toBe(true);
    expect([flips!.killed.mean, flips!.saved.mean]).toEqual([0, 0]);
  });
});
