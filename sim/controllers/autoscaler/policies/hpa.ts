import type { z } from 'zod';
import { duration, integer, share } from '../../parameters.ts';
import type { AutoscalerPolicy, InstanceView, ScalerView } from '../policy.ts';
import { defineAutoscalerPolicy } from '../policy.ts';
import type { GroupingRules, PodStatus } from './group-pods.ts';
import { groupPod } from './group-pods.ts';
import { HorizontalAutoscaler } from './horizontal-autoscaler.ts';
import { behaviorOf, HPA_PARAMETERS, tolerancesOf } from './hpa-parameters.ts';
import { checkLoadMetric, LOAD_METRIC_PARAMETERS } from './load-metric.ts';
import { checkReplicaRange } from './replica-range.ts';
import type { CountedPod, Proposal, Tolerances } from './replica-calculator.ts';
import {
  largestProposal,
  replicasForAverage,
  replicasForUtilization,
  replicasForValuePerPod,
} from './replica-calculator.ts';

const CONTROLLER = 'kubernetes pkg/controller/podautoscaler/config/v1alpha1/defaults.go';
const API = 'kubernetes pkg/apis/autoscaling/v2/defaults.go';

const PARAMETERS = {
  min: integer({ about: 'minReplicas; with 0 it may scale to zero.', default: 1, source: API }),
  max: integer({ about: 'maxReplicas.', min: 1 }),
  ...LOAD_METRIC_PARAMETERS,
  target: share({
    about: 'Average utilization to hold (metric: utilization). Used as a whole percentage.',
    default: '80%',
    min: '1%',
    max: undefined,
    source: `${API}, the CPU target of an HPA without metrics`,
  }),
  initializationPeriod: duration({
    about:
      'For this long after its start, an instance’s utilization counts only while it is ready and freshly measured.',
    default: '5m',
    source: CONTROLLER,
  }),
  initialReadinessDelay: duration({
    about: 'An unready instance whose readiness last changed within this long of its start never was ready.',
    default: '30s',
    source: CONTROLLER,
  }),
  ...HPA_PARAMETERS,
};

export type HpaConfig = z.output<z.ZodObject<typeof PARAMETERS>>;

/** Every instance asks for one whole unit, so that its utilization is its share of that. */
const REQUEST_MILLI = 1000;

/** Kubernetes' Horizontal Pod Autoscaler, on one metric. */
export class HpaPolicy implements AutoscalerPolicy {
  readonly period: number;
  private readonly metric: HpaConfig['metric'];
  /** Percent for utilization, else milli-units for each replica. */
  private readonly target: number;
  private readonly tolerances: Tolerances;
  private readonly grouping: GroupingRules;
  private readonly autoscaler: HorizontalAutoscaler;
  /** Reused between evaluations; only the first entries are in use. */
  private readonly pods: CountedPod[] = [];
  private readonly status: PodStatus = {
    phase: 'Running',
    deleted: false,
    hasMetric: false,
    metricAt: 0,
    metricWindow: 0,
    startedAt: 0,
    ready: false,
    readyChangedAt: 0,
  };

  constructor(config: HpaConfig) {
    this.period = config.syncPeriod;
    this.metric = config.metric;
    this.target =
      config.metric === 'utilization' ? nearest(config.target * 100) : nearest((config.perReplica ?? NaN) * 1000);
    this.tolerances = tolerancesOf(config);
    this.grouping = {
      cpu: config.metric === 'utilization',
      initializationPeriod: config.initializationPeriod,
      initialReadinessDelay: config.initialReadinessDelay,
    };
    const { min, max, downscaleStabilization } = config;
    this.autoscaler = new HorizontalAutoscaler({ min, max, downscaleStabilization, behavior: behaviorOf(config) });
  }

  decide(now: number, view: ScalerView): number {
    const proposed = largestProposal(view.replicas, [this.propose(now, view)]);
    return this.autoscaler.reconcile(now, view.replicas, proposed);
  }

  private propose(now: number, view: ScalerView): Proposal | undefined {
    if (this.metric === 'requestRate') {
      return proposeForTotal(view, view.requestRate, this.target, this.tolerances);
    }
    const pods = this.countPods(now, view);
    const calculate = this.metric === 'utilization' ? replicasForUtilization : replicasForAverage;
    return calculate(view.replicas, this.target, this.tolerances, pods);
  }

  private countPods(now: number, view: ScalerView): readonly CountedPod[] {
    const { pods } = this;
    const { instances } = view;
    pods.length = Math.min(pods.length, instances.length);
    for (let i = 0; i < instances.length; i++) {
      if (i === pods.length) pods.push({ group: 'ready', usage: 0, request: REQUEST_MILLI });
      const instance = instances[i];
      const value = this.metric === 'utilization' ? instance.utilization : instance.concurrency;
      pods[i].group = this.groupOf(now, instance, !Number.isNaN(value), view.window);
      pods[i].usage = milli(value);
    }
    return pods;
  }

  private groupOf(now: number, instance: InstanceView, hasMetric: boolean, window: number): CountedPod['group'] {
    const { status } = this;
    // What has not started yet is still being scheduled and pulled: pending, hence unready rather than missing.
    const pending = !instance.ready && !hasMetric && instance.readyChangedAt <= instance.startedAt;
    status.phase = pending ? 'Pending' : 'Running';
    status.deleted = instance.leaving;
    status.hasMetric = hasMetric;
    status.metricAt = instance.metricAt;
    status.metricWindow = window;
    status.startedAt = instance.startedAt;
    status.ready = instance.ready;
    status.readyChangedAt = instance.readyChangedAt;
    return groupPod(now, status, this.grouping);
  }
}

/** A proposal for a total over the service (an External metric) with a target for each replica, in milli-units. */
export function proposeForTotal(
  view: ScalerView,
  total: number,
  target: number,
  tolerances: Tolerances,
): Proposal | undefined {
  if (Number.isNaN(total)) return undefined;
  let existing = 0;
  for (const instance of view.instances) if (!instance.leaving) existing++;
  return replicasForValuePerPod(existing, milli(total), target, tolerances);
}

/** Milli-units of a quantity that is kept in whole nano-units and read rounded up, as Kubernetes' quantities are. */
function milli(value: number): number {
  return -Math.floor(-nearest(value * 1e9) / 1e6);
}

function nearest(value: number): number {
  return Math.floor(value + 0.5);
}

export const hpa = defineAutoscalerPolicy({
  name: 'hpa',
  about:
    'Kubernetes’ Horizontal Pod Autoscaler v2: replicas in proportion to usage over target, stabilised and rate-limited.',
  product: 'Kubernetes Horizontal Pod Autoscaler (autoscaling/v2)',
  parameters: PARAMETERS,
  check: (config) => checkReplicaRange(config) ?? checkLoadMetric(config),
  sources: [
    'kubernetes pkg/controller/podautoscaler/replica_calculator.go, horizontal.go (003e8629)',
    'kubernetes pkg/controller/podautoscaler/config/v1alpha1/defaults.go (85643c0f), pkg/apis/autoscaling/v2/defaults.go (1adaa753)',
    'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
  ],
  knownToGetWrong: [
    'It is an integrator with gain one: one sync of metric lag puts it at the edge of stability, two beyond; only tolerance, caps and windows hold it.',
    'Utilization is truncated to a whole percent, so that on large, lightly used services it is far off.',
    'The tolerance leaves up to a tenth of the load unserved by the target for ever.',
    'An instance that fails its readiness under load still counts, at whatever it last used; one that is starting counts for nothing.',
    'Mean utilization saturates: at full use it cannot tell twice the load from ten times, and doubles step by step.',
    'A replica count of zero switches it off, unless min is 0.',
  ],
  create: (config) => new HpaPolicy(config),
});
