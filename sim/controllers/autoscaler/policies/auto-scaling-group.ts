import type { InstanceView, ScalerView } from '../policy.ts';
import { duration } from '../../parameters.ts';
import type { LoadMetric } from './load-metric.ts';
import { meanUtilization } from './load-metric.ts';

/**
 * An Amazon EC2 Auto Scaling group as its scaling policies see it. An instance that warms up is neither in the metric nor
 * in the capacity; one that terminates still counts when scaling in.
 *
 * Source: awsdocs/amazon-ec2-auto-scaling-user-guide doc_source/as-scaling-target-tracking.md "Instance Warm-up".
 */
export interface GroupCapacity {
  desired: number;
  /** In service and past its warm-up. */
  warm: number;
  terminating: number;
  /** Instances are launching, warming up, or yet to be launched: nothing may be scaled in. */
  scalingOut: boolean;
}

export const INSTANCE_WARMUP = {
  instanceWarmup: duration({
    about: 'How long an instance in service counts neither in the metric nor in the capacity.',
    default: '300s',
    source: 'Amazon EC2 Auto Scaling, EstimatedInstanceWarmup (the default cooldown, where none is set)',
    unconfirmed: true,
  }),
};

/** Reads a group's capacity from the view into `capacity`. */
export function readCapacity(now: number, view: ScalerView, warmup: number, capacity: GroupCapacity): void {
  let warm = 0;
  let staying = 0;
  let terminating = 0;
  for (const instance of view.instances) {
    if (instance.leaving) terminating++;
    else staying++;
    if (!instance.leaving && isWarm(now, instance, warmup)) warm++;
  }
  capacity.desired = view.replicas;
  capacity.warm = warm;
  capacity.terminating = terminating;
  capacity.scalingOut = warm < staying || staying < view.replicas;
}

/** The group's metric: mean utilization of the warm instances, or the load of one that serves. NaN without data. */
export function groupMetric(now: number, view: ScalerView, metric: LoadMetric, warmup: number, span: number): number {
  if (metric === 'utilization') return meanUtilization(view, (instance) => isWarm(now, instance, warmup));
  const total = metric === 'concurrency' ? view.meanConcurrency(span) : view.meanRequestRate(span);
  return view.ready > 0 ? total / view.ready : NaN;
}

/** In service for at least the warm-up. One that was ready and is not now remains in service, and is warm. */
function isWarm(now: number, instance: InstanceView, warmup: number): boolean {
  if (instance.ready) return now - instance.readyChangedAt >= warmup;
  return instance.readyChangedAt > instance.startedAt;
}
