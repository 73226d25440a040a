import { describe, expect, it } from 'vitest';
import { Registry } from '../../controllers/registry.ts';
import { read } from '../../scenario/testing/small-scenario.ts';
import { InlineExecutor } from '../executor.ts';
import { parseParameter } from './parameter.ts';
import { planSweep, unitsOf, WHOLE } from './plan.ts';
import type { SweepRow } from './rows.ts';
import { keyOfRow } from './rows.ts';
import { runSweep } from './run-sweep.ts';
import { sweepResult } from './sweep-result.ts';

/**
 * Bronson, Aghayev, Charapko, Zhu, Metastable Failures in Distributed Systems, HotOS 2021, section 2.1: a database that
 * answers in 100 ms below 300 queries a second, and clients that try once more after 1 s. It is stable below 150 queries
 * a second and vulnerable between 150 and 300: there a network outage of 10 s brings it down for good.
 */
const hotos = (trigger: string): string => `name: hotos
duration: 80s
world:
  services: { db: { instances: 1, concurrency: 30, serviceTime: { exponential: 100ms } } }
  traffic: [{ name: web, to: db, arrivals: { poisson: 280/s }, deadline: 2s, patience: 4s }]
  faults: [{ at: 20s, for: 10s, ${trigger} }]
edges:
  - from: web
    to: db
    layers:
      - { name: client, kind: retry, tries: 2, perTryTimeout: 1s, retryOn: [timedOut], backoff: { base: 1ms, jitter: none } }
`;
const OUTAGE = 'freeze: { service: db, instances: all }';
const TRIFLE = 'slow: { service: db, instances: all, factor: 1.05 }';

async function phasesWith(trigger: string) {
  const text = hotos(trigger);
  const executor = new InlineExecutor(new Registry());
  const plan = planSweep({
    scenario: read(text),
    hash: '',
    parameters: [parseParameter('world.traffic.web.arrivals.poisson=100/s,180/s,250/s,320/s')],
    lhs: undefined,
    designs: ['layered'],
    seeds: ['1'],
    figures: ['success'],
    phases: true,
  });
  const means = {
    scenarioWith: (set: Readonly<Record<string, unknown>>) => read(text, { set }),
    runTask: executor.runTask.bind(executor),
    width: 1,
  };
  const rows = new Map<string, SweepRow>();
  await runSweep(plan, unitsOf(plan, WHOLE), means, (unit) => unit.forEach((row) => rows.set(keyOfRow(row), row)));
  return sweepResult(plan, rows);
}

describe('the database of HotOS 2021', () => {
  it('is stable at 100 queries a second, vulnerable between 150 and 300, and overloaded above', async () => {
    const { points, thresholds } = await phasesWith(TRIFLE);
    expect(points.map(({ designs }) => designs[0].phase!.phase)).toEqual([
      'stable',
      'vulnerable',
      'vulnerable',
      'overloaded',
    ]);
    expect(thresholds).toContainEqual(
      expect.objectContaining({ change: { kind: 'phase', phase: 'vulnerable' }, low: 100, high: 180, rises: true }),
    );
    expect(thresholds).toContainEqual(
      expect.objectContaining({ change: { kind: 'phase', phase: 'overloaded' }, low: 250, high: 320, rises: true }),
    );
  });

  it('stays down after an outage of 10 s where it is vulnerable', async () => {
    const { points } = await phasesWith(OUTAGE);
    const phases = points.map(({ designs }) => designs[0].phase!);
    expect(phases.map(({ phase }) => phase)).toEqual(['stable', 'metastable', 'metastable', 'overloaded']);
    expect(phases[1].recoveryMs).toBeNull();
  });
});
