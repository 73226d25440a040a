import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DAY, SECOND } from '../../../kernel/time.ts';
import cases from '../vectors/kubernetes-hpa-replicas.json' with { type: 'json' };
import type { GroupingRules, PodStatus } from './group-pods.ts';
import { groupPod } from './group-pods.ts';
import { HorizontalAutoscaler } from './horizontal-autoscaler.ts';
import { behaviorOf, HPA_PARAMETERS } from './hpa-parameters.ts';
import type { CountedPod, Proposal, Tolerances } from './replica-calculator.ts';
import {
  largestProposal,
  MAX_REPLICAS,
  MAX_USAGE,
  replicasForAverage,
  replicasForUtilization,
  replicasForValue,
  replicasForValuePerPod,
  sumOfSeries,
} from './replica-calculator.ts';
import { vectorCases } from './testing/vector-cases.ts';

const NOW = 100_000 * SECOND;

/** Whole numbers above 2^53 are written as text; the product turns them into float64 before it divides. */
type Quantity = number | string;
const quantity = (value: Quantity | readonly Quantity[]): number =>
  typeof value === 'object' ? sumOfSeries(value.map((one) => Number(one))) : Number(value);

interface Params {
  metricType?: 'Resource' | 'ContainerResource' | 'Pods' | 'Object' | 'External';
  resource?: string;
  targetUtilization_pct?: number;
  targetAverageValue_m?: Quantity;
  targetValue_m?: Quantity;
  toleranceUp?: number;
  toleranceDown?: number;
  cpuInitializationPeriod_s?: number;
  initialReadinessDelay_s?: number;
  metricWindow_s?: number;
}
interface PodInput {
  request?: number | null;
  ready?: boolean;
  phase?: PodStatus['phase'];
  deleted?: boolean;
  metric?: number | null;
  startAge_s?: number | null;
}
interface Input {
  currentReplicas: number;
  statusReplicas?: number;
  readyPods?: number;
  podCount?: number;
  pods?: PodInput[];
  podMetrics_m?: (number | null)[];
  ready?: boolean[];
  phase?: PodStatus['phase'][];
  usage_m?: Quantity | Quantity[];
}
interface RuleInput {
  percent?: number;
  pods?: number;
  periodSeconds: number;
}
interface ControllerInput {
  specReplicas: number;
  minReplicas?: number;
  maxReplicas?: number;
  targetUtilization_pct: number;
  levels_m?: number[];
  requests_m?: number[];
  scaleUp?: RuleInput;
  scaleDown?: RuleInput;
  otherMetric?: 'error';
}
interface Expected {
  replicas?: number;
  utilization_pct?: number;
  usage_m?: number;
  reportedUsage_m?: number;
  error?: boolean;
  desiredReplicas?: number;
  note?: string;
}

/** Pods of the upstream tests: started long ago unless told, their readiness unchanged since, their metrics long ago too. */
function countedPods(params: Params, pods: readonly PodInput[]): CountedPod[] {
  const longAgo = NOW - 50_000 * SECOND;
  const rules: GroupingRules = {
    cpu: params.resource === 'cpu',
    initializationPeriod: (params.cpuInitializationPeriod_s ?? 120) * SECOND,
    initialReadinessDelay: (params.initialReadinessDelay_s ?? 10) * SECOND,
  };
  return pods.map((pod) => {
    const startedAt = typeof pod.startAge_s === 'number' ? NOW - pod.startAge_s * SECOND : longAgo;
    const hasMetric = typeof pod.metric === 'number';
    const status: PodStatus = {
      phase: pod.phase ?? 'Running',
      deleted: pod.deleted ?? false,
      hasMetric,
      metricAt: longAgo,
      metricWindow: (params.metricWindow_s ?? 60) * SECOND,
      startedAt,
      ready: pod.ready ?? true,
      readyChangedAt: startedAt,
    };
    const request = pod.request ?? NaN;
    return { group: groupPod(NOW, status, rules), usage: hasMetric ? Number(pod.metric) : 0, request };
  });
}

function podsOf(input: Input): PodInput[] {
  if (input.pods !== undefined) return input.pods;
  const count = input.podCount ?? input.currentReplicas;
  return Array.from({ length: count }, (_, i) => ({
    metric: input.podMetrics_m?.[i] ?? null,
    ready: input.ready?.[i] ?? true,
    phase: input.phase?.[i] ?? 'Running',
  }));
}

function readyPodsOf(input: Input): number {
  if (input.readyPods !== undefined) return input.readyPods;
  return podsOf(input).filter((pod) => pod.ready !== false && (pod.phase ?? 'Running') === 'Running').length;
}

function proposalOf(params: Params, input: Input): Proposal | undefined {
  const tolerances: Tolerances = { up: params.toleranceUp ?? 0.1, down: params.toleranceDown ?? 0.1 };
  const { metricType, targetUtilization_pct, targetAverageValue_m, targetValue_m } = params;
  const perPod = targetAverageValue_m !== undefined;
  if (metricType === 'Object' || metricType === 'External') {
    const usage = quantity(input.usage_m ?? 0);
    const replicas = input.statusReplicas ?? input.currentReplicas;
    if (perPod) return replicasForValuePerPod(replicas, usage, quantity(targetAverageValue_m), tolerances);
    return replicasForValue(
      input.currentReplicas,
      readyPodsOf(input),
      usage,
      quantity(targetValue_m ?? NaN),
      tolerances,
    );
  }
  const pods = countedPods(params, podsOf(input));
  if (perPod) return replicasForAverage(input.currentReplicas, quantity(targetAverageValue_m), tolerances, pods);
  return replicasForUtilization(input.currentReplicas, targetUtilization_pct ?? NaN, tolerances, pods);
}

/**
 * The controller's whole step, as the upstream tests run it: with no recommendations yet, which is to say that the first
 * one, of the replicas that it found, has aged out.
 */
function controllerStep(input: ControllerInput): number {
  const settings = z.strictObject(HPA_PARAMETERS).parse({
    scaleUp: rulesOf(input.scaleUp),
    scaleDown: rulesOf(input.scaleDown),
  });
  const autoscaler = new HorizontalAutoscaler({
    min: input.minReplicas ?? 1,
    max: input.maxReplicas ?? MAX_REPLICAS,
    downscaleStabilization: settings.downscaleStabilization,
    behavior: behaviorOf(settings),
  });
  autoscaler.reconcile(NOW - DAY, input.specReplicas, undefined);
  const pods = (input.requests_m ?? []).map((request, i) => ({ request, metric: input.levels_m?.[i] ?? null }));
  const tolerances = { up: 0.1, down: 0.1 };
  const counted = countedPods({ resource: 'cpu' }, pods);
  const proposal = replicasForUtilization(input.specReplicas, input.targetUtilization_pct, tolerances, counted);
  const proposals = input.otherMetric === 'error' ? [proposal, undefined] : [proposal];
  return autoscaler.reconcile(NOW, input.specReplicas, largestProposal(input.specReplicas, proposals));
}

function rulesOf(rule: RuleInput | undefined): unknown {
  if (rule === undefined) return undefined;
  const { percent, pods, periodSeconds } = rule;
  const period = `${periodSeconds}s`;
  const policies = [];
  if (percent !== undefined) policies.push({ type: 'Percent', value: percent, period });
  if (pods !== undefined) policies.push({ type: 'Pods', value: pods, period });
  return { policies };
}

const all = vectorCases<Params, Input & ControllerInput, Expected>(cases);

describe('published cases of the replica calculator', () => {
  it.each(all.filter(({ params }) => params.metricType !== undefined))('$case', ({ params, inputs, expected }) => {
    for (const [i, input] of inputs.entries()) {
      const { error, replicas, utilization_pct, usage_m, reportedUsage_m } = expected[i];
      const proposal = proposalOf(params, input);
      if (error) {
        expect(proposal).toBeUndefined();
        continue;
      }
      expect(proposal?.replicas).toBe(replicas);
      const usage = utilization_pct ?? usage_m ?? reportedUsage_m;
      if (usage !== undefined) expect(proposal?.usage).toBe(usage);
    }
  });
});

describe('published cases of the controller', () => {
  it.each(all.filter(({ params }) => params.metricType === undefined))('$case', ({ inputs, expected }) => {
    expect(inputs.map(controllerStep)).toEqual(expected.map(({ desiredReplicas }) => desiredReplicas));
  });
});

const TEN_PERCENT: Tolerances = { up: 0.1, down: 0.1 };
const ready = (usage: number, request = 1000): CountedPod => ({ group: 'ready', usage, request });
const silent = (group: CountedPod['group']): CountedPod => ({ group, usage: 0, request: 1000 });

describe('replicas for a utilization', () => {
  it('truncates utilization to a whole percent before it takes the ratio', () => {
    // 55.9 % of a target of 50 % is 1.118, beyond the tolerance; 55 % is exactly 1.1, within it.
    const proposal = replicasForUtilization(1, 50, TEN_PERCENT, [ready(559)]);
    expect(proposal).toEqual({ replicas: 1, usage: 55 });
  });

  it('keeps whole percents exact where the sums pass 2^53', () => {
    const request = 9_000_000_000_000_000;
    const proposal = replicasForUtilization(1, 100, { up: 0, down: 0 }, [ready(request - 1, request)]);
    expect(proposal?.usage).toBe(99);
  });

  it('multiplies by ready pods, not by replicas', () => {
    // A surge of three pods beside two replicas.
    expect(replicasForUtilization(2, 50, TEN_PERCENT, [ready(1000), ready(1000), ready(1000)])?.replicas).toBe(6);
  });

  it('takes pods without a metric for idle on the way up', () => {
    const pods = [ready(2000), silent('missing'), silent('missing')];
    // 200 % over one pod, but 66 % over three: still up, by what three pods need.
    expect(replicasForUtilization(3, 50, TEN_PERCENT, pods)?.replicas).toBe(4);
  });

  it('takes pods without a metric for fully used on the way down, or at target if that is more', () => {
    expect(replicasForUtilization(2, 80, TEN_PERCENT, [ready(100), silent('missing')])?.replicas).toBe(2);
    expect(
      replicasForUtilization(4, 300, TEN_PERCENT, [ready(0), ready(0), ready(0), silent('missing')])?.replicas,
    ).toBe(1);
  });

  it('leaves unready pods out on the way down, and takes them for idle on the way up', () => {
    expect(replicasForUtilization(2, 50, TEN_PERCENT, [ready(200), silent('unready')])?.replicas).toBe(1);
    expect(replicasForUtilization(2, 50, TEN_PERCENT, [ready(1800), silent('unready')])?.replicas).toBe(4);
  });

  it('does nothing where the pods that say nothing turn the direction', () => {
    expect(replicasForUtilization(2, 100, TEN_PERCENT, [ready(1500), silent('unready')])?.replicas).toBe(2);
  });

  it('fails without a pod that has a metric, and without requests', () => {
    expect(replicasForUtilization(2, 50, TEN_PERCENT, [silent('missing'), silent('unready')])).toBeUndefined();
    expect(replicasForUtilization(2, 50, TEN_PERCENT, [ready(100, NaN), ready(100)])).toBeUndefined();
    expect(replicasForUtilization(1, 50, TEN_PERCENT, [ready(100, 0)])).toBeUndefined();
  });
});

describe('replicas for a value', () => {
  it('needs no ready pods to start from zero', () => {
    expect(replicasForValue(0, 0, 2500, 1000, TEN_PERCENT).replicas).toBe(3);
    expect(replicasForValue(0, 0, 0, 1000, TEN_PERCENT).replicas).toBe(0);
  });

  it('counts for a value per pod only the total, once it is out of tolerance', () => {
    expect(replicasForValuePerPod(4, 4400, 1000, TEN_PERCENT)).toEqual({ replicas: 4, usage: 1100 });
    expect(replicasForValuePerPod(4, 4401, 1000, TEN_PERCENT)).toEqual({ replicas: 5, usage: 1101 });
  });

  it('stops at the largest int32 and int64', () => {
    expect(replicasForValue(3, 3, MAX_USAGE, 1, TEN_PERCENT).replicas).toBe(MAX_REPLICAS);
    expect(sumOfSeries([MAX_USAGE, MAX_USAGE])).toBe(MAX_USAGE);
    expect(replicasForValuePerPod(1, MAX_USAGE, 1, TEN_PERCENT)).toEqual({ replicas: MAX_REPLICAS, usage: MAX_USAGE });
  });
});

describe('several metrics', () => {
  const proposal = (replicas: number): Proposal => ({ replicas, usage: 0 });

  it('follows the largest proposal', () => {
    expect(largestProposal(3, [proposal(2), proposal(5), proposal(4)])).toBe(5);
  });

  it('lets one failed metric stop scaling down, but not up', () => {
    expect(largestProposal(3, [undefined, proposal(5)])).toBe(5);
    expect(largestProposal(3, [proposal(2), undefined])).toBeUndefined();
    expect(largestProposal(3, [undefined])).toBeUndefined();
  });
});

describe('any metric', () => {
  const percent = fc.integer({ min: 1, max: 100 });
  const usages = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 20 });

  test.prop([percent, usages, fc.integer({ min: 0, max: 2000 })])(
    'wants no fewer replicas where every pod uses more',
    (target, loads, more) => {
      const count = loads.length;
      const less = replicasForUtilization(
        count,
        target,
        TEN_PERCENT,
        loads.map((load) => ready(load)),
      );
      const after = replicasForUtilization(
        count,
        target,
        TEN_PERCENT,
        loads.map((load) => ready(load + more)),
      );
      expect(after?.replicas).toBeGreaterThanOrEqual(less?.replicas ?? NaN);
    },
  );

  test.prop([percent, fc.integer({ min: 1, max: 50 })])('changes nothing at the target', (target, count) => {
    const pods = Array.from({ length: count }, () => ready(target * 10));
    expect(replicasForUtilization(count, target, TEN_PERCENT, pods)).toEqual({ replicas: count, usage: target });
    expect(replicasForAverage(count, target * 10, TEN_PERCENT, pods)).toEqual({ replicas: count, usage: target * 10 });
  });

  const pod = fc.record({
    group: fc.constantFrom<CountedPod['group']>('ready', 'unready', 'missing', 'ignored'),
    usage: fc.integer({ min: 0, max: 5000 }),
    request: fc.integer({ min: 1, max: 2000 }),
  });

  test.prop([percent, fc.array(pod, { maxLength: 15 }), fc.integer({ min: 1, max: 30 })])(
    'is never turned round by pods that say nothing',
    (target, pods, current) => {
      const proposal = replicasForUtilization(current, target, TEN_PERCENT, pods);
      const silentPods = pods.some(({ group }) => group === 'missing');
      if (proposal === undefined) expect(pods.filter(({ group }) => group === 'ready')).toEqual([]);
      else if (silentPods && proposal.usage > target) expect(proposal.replicas).toBeGreaterThanOrEqual(current);
      else if (silentPods && proposal.usage < target) expect(proposal.replicas).toBeLessThanOrEqual(current);
      else expect(proposal.replicas).toBeGreaterThanOrEqual(0);
    },
  );
});
