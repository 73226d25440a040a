import type { z } from 'zod';
import { duration, flag, integer, share } from '../../parameters.ts';
import type { AutoscalerPolicy, ScalerView } from '../policy.ts';
import { defineAutoscalerPolicy } from '../policy.ts';
import type { GroupCapacity } from './auto-scaling-group.ts';
import { groupMetric, INSTANCE_WARMUP, readCapacity } from './auto-scaling-group.ts';
import { CloudWatchAlarm } from './cloudwatch-alarm.ts';
import { checkLoadMetric, LOAD_METRIC_PARAMETERS } from './load-metric.ts';
import { checkReplicaRange, clampReplicas, REPLICA_RANGE } from './replica-range.ts';

const ALARMS = 'the CloudWatch alarms that AWS creates for a target tracking policy';

const PARAMETERS = {
  ...REPLICA_RANGE,
  ...LOAD_METRIC_PARAMETERS,
  target: share({ about: 'TargetValue: mean utilization to hold (metric: utilization).', min: '1%' }).optional(),
  alarmPeriod: duration({
    about:
      'Length of one data point of the alarms, and time between evaluations; 1 m needs detailed monitoring, else 5 m.',
    default: '60s',
    min: '1s',
    source: ALARMS,
    unconfirmed: true,
  }),
  scaleOutPeriods: integer({
    about: 'Data points in a row above the target before it scales out; 2 for DynamoDB.',
    default: 3,
    min: 1,
    source: ALARMS,
    unconfirmed: true,
  }),
  scaleInPeriods: integer({
    about: 'Data points in a row below the scale-in threshold before it scales in.',
    default: 15,
    min: 1,
    source: ALARMS,
    unconfirmed: true,
  }),
  scaleInThreshold: share({
    about: 'Share of the target below which it scales in; 85% has been seen too.',
    default: '90%',
    source: ALARMS,
    unconfirmed: true,
  }),
  disableScaleIn: flag({
    about: 'DisableScaleIn: only ever scale out.',
    default: false,
    source: 'Amazon EC2 Auto Scaling API, TargetTrackingConfiguration',
  }),
  ...INSTANCE_WARMUP,
};

export type AwsTargetTrackingConfig = z.output<z.ZodObject<typeof PARAMETERS>>;

/** A target tracking scaling policy of Amazon EC2 Auto Scaling: two alarms, and a change in proportion. */
export class AwsTargetTrackingPolicy implements AutoscalerPolicy {
  readonly period: number;
  private readonly config: AwsTargetTrackingConfig;
  private readonly target: number;
  private readonly high: CloudWatchAlarm;
  private readonly low: CloudWatchAlarm;
  private readonly capacity: GroupCapacity = { desired: 0, warm: 0, terminating: 0, scalingOut: false };

  constructor(config: AwsTargetTrackingConfig) {
    this.period = config.alarmPeriod;
    this.config = config;
    this.target = (config.metric === 'utilization' ? config.target : config.perReplica) ?? NaN;
    this.high = new CloudWatchAlarm('>', this.target, config.scaleOutPeriods);
    this.low = new CloudWatchAlarm('<', this.target * config.scaleInThreshold, config.scaleInPeriods);
  }

  decide(now: number, view: ScalerView): number {
    const { config } = this;
    readCapacity(now, view, config.instanceWarmup, this.capacity);
    const metric = groupMetric(now, view, config.metric, config.instanceWarmup, config.alarmPeriod);
    const high = this.high.observe(metric);
    const low = this.low.observe(metric);
    return clampReplicas(this.track(metric, high, low), config);
  }

  private track(metric: number, high: boolean, low: boolean): number {
    const { desired, warm, terminating, scalingOut } = this.capacity;
    if (high) return Math.max(desired, trackedCapacity(warm, metric, this.target));
    if (!low || scalingOut || this.config.disableScaleIn) return desired;
    return Math.min(desired, trackedCapacity(warm + terminating, metric, this.target));
  }
}

/** The capacity that would bring the metric to its target: what is added is rounded up, what is removed down. */
export function trackedCapacity(capacity: number, metric: number, target: number): number {
  // Less a billionth, so that rounding noise adds no instance.
  return -Math.floor(1e-9 - (capacity * metric) / target);
}

function checkTarget(config: AwsTargetTrackingConfig): string | undefined {
  if (config.metric === 'utilization' && config.target === undefined)
    return 'target is missing, for example target: 50%';
  return checkLoadMetric(config);
}

export const awsTargetTracking = defineAutoscalerPolicy({
  name: 'awsTargetTracking',
  about:
    'Target tracking of Amazon EC2 Auto Scaling: out after three minutes above the target, in after fifteen well below.',
  product: 'Amazon EC2 Auto Scaling target tracking',
  parameters: PARAMETERS,
  check: (config) => checkReplicaRange(config) ?? checkTarget(config),
  sources: [
    'awsdocs/amazon-ec2-auto-scaling-user-guide doc_source/as-scaling-target-tracking.md (0987d768)',
    'awsdocs/amazon-ec2-auto-scaling-user-guide doc_source/ec2-auto-scaling-default-instance-warmup.md',
    'Amazon CloudWatch User Guide, "Using Amazon CloudWatch alarms"',
  ],
  knownToGetWrong: [
    'A surge waits for three whole minutes of breach before anything is launched, a lull for fifteen.',
    'A metric that saturates, such as CPU, hides how far above the target the load is: it doubles at best.',
    'Between 90 % and 100 % of the target nothing happens, for ever.',
    'While anything warms up it cannot scale in, and warm-up is a guess that is as long for every instance.',
    'The exact rule and the alarms’ settings are AWS’s own and not published; they are as observed.',
  ],
  create: (config) => new AwsTargetTrackingPolicy(config),
});
