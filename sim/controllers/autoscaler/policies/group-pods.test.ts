import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import cases from '../vectors/kubernetes-hpa-grouppods.json' with { type: 'json' };
import type { GroupingRules, PodStatus } from './group-pods.ts';
import { groupPod } from './group-pods.ts';
import { vectorCases } from './testing/vector-cases.ts';

const NOW = 10_000_000 * SECOND;

interface Params {
  resource: string;
  cpuInitializationPeriod_s: number;
  initialReadinessDelay_s: number;
}
interface Input {
  phase: PodStatus['phase'];
  deleted?: boolean;
  metric?: number | null;
  ready?: boolean;
  noCondition?: boolean;
  startAge_s?: number | null;
  transitionAge_s?: number | null;
  metricAge_s?: number;
  window_s?: number;
}

function before(age: number | null | undefined): number {
  return age === undefined || age === null ? NaN : NOW - age * SECOND;
}

describe('published cases of groupPods', () => {
  it.each(vectorCases<Params, Input, { group: string }>(cases))('$case', ({ params, inputs, expected }) => {
    const rules: GroupingRules = {
      cpu: params.resource === 'cpu',
      initializationPeriod: params.cpuInitializationPeriod_s * SECOND,
      initialReadinessDelay: params.initialReadinessDelay_s * SECOND,
    };
    const groups = inputs.map((input) => {
      const pod: PodStatus = {
        phase: input.phase,
        deleted: input.deleted ?? false,
        hasMetric: input.metric !== null && input.metric !== undefined,
        metricAt: NOW - (input.metricAge_s ?? 0) * SECOND,
        metricWindow: (input.window_s ?? 0) * SECOND,
        startedAt: before(input.startAge_s),
        ready: input.ready ?? false,
        readyChangedAt: input.noCondition ? NaN : before(input.transitionAge_s),
      };
      return { group: groupPod(NOW, pod, rules) };
    });
    expect(groups).toEqual(expected);
  });
});

describe('what a pod counts as', () => {
  const rules: GroupingRules = { cpu: true, initializationPeriod: 5 * MINUTE, initialReadinessDelay: 30 * SECOND };
  const running: PodStatus = {
    phase: 'Running',
    deleted: false,
    hasMetric: true,
    metricAt: 60 * MINUTE,
    metricWindow: 15 * SECOND,
    startedAt: 0,
    ready: true,
    readyChangedAt: 10 * SECOND,
  };
  const at = (now: number, given: Partial<PodStatus>) => groupPod(now, { ...running, metricAt: now, ...given }, rules);

  it('ignores a deleted pod before anything else', () => {
    expect(at(MINUTE, { deleted: true, phase: 'Pending', hasMetric: false })).toBe('ignored');
  });

  it('takes a pending pod for unready even without a metric, a running one for missing even if unready', () => {
    expect(at(MINUTE, { phase: 'Pending', hasMetric: false })).toBe('unready');
    expect(at(MINUTE, { hasMetric: false, ready: false })).toBe('missing');
  });

  it('waits for one whole window of CPU after a young pod turned ready', () => {
    expect(at(24.9 * SECOND, {})).toBe('unready');
    expect(at(25 * SECOND, {})).toBe('ready');
  });

  it('ends the initialisation period exactly at its length', () => {
    const unready = { ready: false, readyChangedAt: 2 * MINUTE };
    expect(at(5 * MINUTE - 1, unready)).toBe('unready');
    expect(at(5 * MINUTE, unready)).toBe('ready');
  });

  it('keeps counting an old pod that fails its readiness later, but not one that never became ready', () => {
    expect(at(10 * MINUTE, { ready: false, readyChangedAt: 30 * SECOND })).toBe('ready');
    expect(at(10 * MINUTE, { ready: false, readyChangedAt: 30 * SECOND - 1 })).toBe('unready');
  });

  it('looks at readiness for CPU only', () => {
    const pod = { ...running, ready: false, readyChangedAt: 0 };
    expect(groupPod(MINUTE, pod, { ...rules, cpu: false })).toBe('ready');
  });
});
