import { describe, expect, it } from 'vitest';
import { Baseline } from './baseline.ts';
import { CaseResult } from './case-result.ts';
import type { DesignTest, TestResult } from './index.ts';
import {
  amplification,
  anyFault,
  around,
  changed,
  choose,
  design,
  everyRequestEndsOnce,
  neverWorse,
  noEjectionOfEverything,
  noOscillation,
  recovers,
  toggle,
  upTo,
  without,
} from './index.ts';
import type { Edits, Property } from './index.ts';
import { Laboratory } from './laboratory.ts';
import { AUTOSCALER, CHARGING_LIMITER, EJECTION, LATE_BREAKER, RETRY_STORM, THREE_RETRIES } from './testing/planted.ts';
import type { BaselineSource } from './index.ts';

/** Searches within the default budget, and returns the only counterexample. */
async function hunt(test: DesignTest): Promise<TestResult['counterexamples'][number]> {
  const { counterexamples, report } = await test.check();
  expect(counterexamples, report).toHaveLength(1);
  const [found] = counterexamples;
  expect(found.isMinimal).toBe(true);
  return found;
}

/** Whether a property holds of edits, over the seeds that the search judges by. */
function holds(source: BaselineSource, property: Property, edits: Edits): boolean {
  const seeds = ['1', '1/1', '1/2', '1/3', '1/4'];
  const factories = property.observe === undefined ? [] : [property.observe];
  return property.judge(new CaseResult(new Laboratory(new Baseline(source), seeds, factories), edits)).ok;
}

describe('planted weaknesses', () => {
  it('three retry layers that multiply: needs all three, each at its second try', async () => {
    const found = await hunt(
      design('three retries', THREE_RETRIES)
        .vary({
          client: around('client.tries', 1, 2),
          gateway: around('gateway.tries', 1, 2),
          mesh: around('mesh.tries', 1, 2),
          backoff: around('mesh.backoff.base', '5ms', '50ms'),
          surge: upTo(2),
        })
        .always(amplification({ atMost: 4 })),
    );
    expect(found.edits).toEqual({ 'client.tries': 2, 'gateway.tries': 2, 'mesh.tries': 2 });
    expect(Object.keys(found.neighbour!.edits)).toHaveLength(2);
  });

  it('a breaker whose window is shorter than its lag opens on what is over: the longest such window', async () => {
    const property = neverWorse({ than: without('breaker'), in: 'success', by: '1pp' });
    const found = await hunt(
      design('late breaker', LATE_BREAKER)
        .vary({
          window: around('breaker.window', '1s', '10s', { step: '100ms' }),
          wait: around('breaker.waitOpen', '1s', '20s'),
          surge: upTo(1.5),
        })
        .always(property),
    );
    // Half of a window of four seconds is the blip of two; the lag is four seconds.
    expect(found.edits).toEqual({ 'breaker.window': '4s' });
    expect(holds(LATE_BREAKER, property, { 'breaker.window': '4.1s' })).toBe(true);
    expect(found.neighbour!.edits).toEqual({ 'breaker.window': '4.1s' });
  });

  it('an ejection limit that lets the last instance go: the first share above three of four', async () => {
    const limit = 'balancer.outlierDetection.maxEjectionPercent';
    const property = noEjectionOfEverything();
    const found = await hunt(
      design('ejection', EJECTION)
        .vary({
          limit: around(limit, '10%', '100%', { step: '1%' }),
          errors: around('balancer.outlierDetection.consecutiveErrors', 2, 10),
        })
        .always(property),
    );
    // The limit stops the next ejection, not the one that crosses it: Envoy's rule.
    expect(found.edits).toEqual({ [limit]: '76%' });
    expect(holds(EJECTION, property, { [limit]: '75%' })).toBe(true);
  });

  it('a limiter that charges refusals it cannot tell apart: nothing but the missing cause', async () => {
    const found = await hunt(
      design('charging limiter', CHARGING_LIMITER)
        .vary({
          cause: choose('breaker.propagateCause', [false]),
          wait: around('breaker.waitOpen', '5s', '20s'),
          burst: around('limiter.burst', 10, 30),
          tries: around('sidecar.tries', 1, 4),
        })
        .always(neverWorse({ than: changed({ 'limiter.refusalCost': 0 }), in: 'success', by: '1pp' })),
    );
    expect(found.edits).toEqual({ 'breaker.propagateCause': false });
    expect(found.neighbour!.edits).toEqual({});
  });

  it('an autoscaler that oscillates: the least lag at which it does', async () => {
    const property = noOscillation({ turns: 2, within: '20m' });
    const found = await hunt(
      design('autoscaler', AUTOSCALER)
        .vary({ lag: around('scaler.metrics.lag', '0s', '100s', { step: '5s' }) })
        .always(property),
    );
    const lag = Number.parseInt(String(found.edits['scaler.metrics.lag']), 10);
    expect(Object.keys(found.edits)).toEqual(['scaler.metrics.lag']);
    // It overshoots once what it sees is as old as its cooldown of 30 s, the evaluation's period included.
    expect(lag).toBeGreaterThan(15);
    expect(lag).toBeLessThanOrEqual(30);
    expect(holds(AUTOSCALER, property, { 'scaler.metrics.lag': `${lag - 5}s` })).toBe(true);
  });

  it('a metastable retry storm that needs a surge of a certain size: the least', async () => {
    const property = recovers({ within: '15s', goodput: 0.95 });
    const found = await hunt(
      design('retry storm', RETRY_STORM)
        .vary({
          surge: upTo(3, { at: '10s', for: '5s' }),
          tries: around('sidecar.tries', 1, 4),
          deadline: around('world.traffic.users.deadline', '2s', '3s'),
        })
        .eventually(property),
    );
    expect(Object.keys(found.edits)).toEqual(['world.faults.surge']);
    const surge = (factor: number): Edits => ({
      'world.faults.surge': { at: '10s', for: '5s', surge: { traffic: 'users', factor } },
    });
    const { factor } = (found.edits['world.faults.surge'] as { surge: { factor: number } }).surge;
    expect(found.edits).toEqual(surge(factor));
    expect(factor).toBeGreaterThan(1.6);
    expect(factor).toBeLessThanOrEqual(2);
    expect(holds(RETRY_STORM, property, surge(Number((factor - 0.1).toFixed(1))))).toBe(true);
  });

  it('needs no edit where the baseline itself is broken', async () => {
    const found = await hunt(
      design('retry storm', RETRY_STORM, {
        set: { 'world.faults': [{ at: '10s', for: '5s', surge: { traffic: 'users', factor: 3 } }] },
      })
        .vary({ tries: around('sidecar.tries', 1, 4) })
        .eventually(recovers({ within: '15s', goodput: 0.95 })),
    );
    expect(found.edits).toEqual({});
    expect(found.difference).toBe('no edit');
    expect(found.neighbour).toBeNull();
  });
});

describe('sound designs', () => {
  it('finds nothing in a retry with a budget, whatever fails and however it surges', async () => {
    const sound = design('budgeted', RETRY_STORM, {
      set: {
        'sidecar.tries': 2,
        'sidecar.budget': { policy: 'ratio', ratio: '10%' },
        'world.services.api.queue.limit': 8,
        duration: '40s',
      },
    });
    const result = await sound
      .vary({
        faults: anyFault({ kinds: ['slow', 'errors', 'crash'], at: '8s', for: ['1s', '4s'] }),
        surge: upTo(2, { at: '8s', for: '4s' }),
      })
      .always(everyRequestEndsOnce(), amplification({ atMost: 1.2 }))
      .eventually(recovers({ within: '10s', goodput: 0.95 }))
      .check({ runs: 40, seedsPerRun: 3 });
    expect(result.report).toContain('held');
    expect(result.counterexamples, result.report).toEqual([]);
    expect(result.ok).toBe(true);
    expect(result.findings!.cases).toBe(40);
  });

  it('finds nothing in an ejection limit that keeps half', async () => {
    const result = await design('half', EJECTION, { set: { 'balancer.outlierDetection.maxEjectionPercent': '50%' } })
      .vary({
        faults: anyFault(),
        errors: around('balancer.outlierDetection.consecutiveErrors', 1, 10),
        layer: toggle('balancer'),
      })
      .always(noEjectionOfEverything(), everyRequestEndsOnce())
      .check({ runs: 40, seedsPerRun: 2 });
    expect(result.counterexamples, result.report).toEqual([]);
  });
});
