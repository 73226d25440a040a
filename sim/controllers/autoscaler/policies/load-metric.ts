import type { InstanceView, ScalerView } from '../policy.ts';
import { choice, number } from '../../parameters.ts';

/** Signals that an autoscaler can hold at a target. */
export const LOAD_METRICS = ['utilization', 'concurrency', 'requestRate'] as const;
export type LoadMetric = (typeof LOAD_METRICS)[number];

const PER_REPLICA =
  'What one replica should carry: requests in it (metric: concurrency), or requests a second (metric: requestRate).';

/** `metric` and `perReplica`; a policy adds its own `target` for utilization. */
export const LOAD_METRIC_PARAMETERS = {
  metric: choice(LOAD_METRICS, {
    about: 'The signal to hold: share of the concurrency in use, requests in the service, or requests a second.',
    default: 'utilization',
    source: 'overcontrol',
  }),
  perReplica: number({ about: PER_REPLICA, min: 0.001 }).optional(),
};

/** Says what is missing where the metric needs a target for each replica. */
export function checkLoadMetric(config: { metric: LoadMetric; perReplica?: number | undefined }): string | undefined {
  if (config.metric === 'utilization' || config.perReplica !== undefined) return undefined;
  return `metric: ${config.metric} needs perReplica, for example perReplica: 10`;
}

/** Whether an instance's utilization can be counted: it serves, stays, and has been measured. */
export function isMeasured(instance: InstanceView): boolean {
  return instance.ready && !instance.leaving && !Number.isNaN(instance.utilization);
}

/** Mean utilization of the instances that are measured and that `counts` accepts; NaN if there is none. */
export function meanUtilization(view: ScalerView, counts: (instance: InstanceView) => boolean = isMeasured): number {
  let sum = 0;
  let count = 0;
  for (const instance of view.instances) {
    if (!isMeasured(instance) || !counts(instance)) continue;
    sum += instance.utilization;
    count++;
  }
  return sum / count;
}
