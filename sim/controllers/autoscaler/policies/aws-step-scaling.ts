import { z } from 'zod';
import { choice, duration, integer, number, share } from '../../parameters.ts';
import type { AutoscalerPolicy, ScalerView } from '../policy.ts';
import { defineAutoscalerPolicy } from '../policy.ts';
import type { GroupCapacity } from './auto-scaling-group.ts';
import { groupMetric, INSTANCE_WARMUP, readCapacity } from './auto-scaling-group.ts';
import { CloudWatchAlarm } from './cloudwatch-alarm.ts';
import { LOAD_METRICS } from './load-metric.ts';
import { checkReplicaRange, clampReplicas, REPLICA_RANGE } from './replica-range.ts';
import type { StepAdjustment } from './step-adjustment.ts';
import { ADJUSTMENT_TYPES, changeOf, scaleIn, scaleOut, stepFor } from './step-adjustment.ts';

const API = 'Amazon EC2 Auto Scaling API, PutScalingPolicy';
/** Of any size: a share for utilization, a plain number for what a replica carries. */
const level = (about: string) => share({ about, min: undefined, max: undefined });

const side = z.strictObject({
  threshold: level('The alarm’s threshold: breached at it and beyond.'),
  periods: integer({
    about: 'Data points in a row that must breach.',
    default: 1,
    min: 1,
    source: 'overcontrol; CloudWatch asks for it',
  }),
  adjustmentType: choice(ADJUSTMENT_TYPES, {
    about: 'Whether an adjustment is in instances, in percent of the capacity, or the capacity itself.',
    default: 'ChangeInCapacity',
    source: 'overcontrol; the API asks for it',
  }),
  minAdjustmentMagnitude: integer({
    about: 'MinAdjustmentMagnitude: the least that a percentage changes, in instances.',
    default: 1,
    min: 1,
    source: API,
  }),
  steps: z
    .array(
      z.strictObject({
        lower: level('MetricIntervalLowerBound, from the threshold; none if left out.').optional(),
        upper: level('MetricIntervalUpperBound, from the threshold; none if left out.').optional(),
        adjustment: number({ about: 'ScalingAdjustment: negative to remove.' }),
      }),
    )
    .min(1)
    .meta({ description: 'Step adjustments, without gaps or overlaps.' }),
});

const PARAMETERS = {
  ...REPLICA_RANGE,
  metric: choice(LOAD_METRICS, {
    about: 'The alarms’ metric: mean utilization, or the requests (a second) that one replica carries.',
    default: 'utilization',
    source: 'overcontrol',
  }),
  alarmPeriod: duration({
    about:
      'Length of one data point of the alarms, and time between evaluations; 1 m needs detailed monitoring, else 5 m.',
    default: '60s',
    min: '1s',
    source: 'Amazon EC2, detailed monitoring',
  }),
  scaleOut: side.optional().meta({ description: 'The policy for an alarm above its threshold.' }),
  scaleIn: side.optional().meta({ description: 'The policy for an alarm below its threshold.' }),
  ...INSTANCE_WARMUP,
};

export type AwsStepScalingConfig = z.output<z.ZodObject<typeof PARAMETERS>>;
type Side = z.output<typeof side>;

/** One alarm and its steps. */
interface StepPolicy {
  alarm: CloudWatchAlarm;
  steps: readonly StepAdjustment[];
  side: Side;
}

/** Step scaling policies of Amazon EC2 Auto Scaling, one for each direction. */
export class AwsStepScalingPolicy implements AutoscalerPolicy {
  readonly period: number;
  private readonly config: AwsStepScalingConfig;
  private readonly out: StepPolicy | undefined;
  private readonly in: StepPolicy | undefined;
  private readonly capacity: GroupCapacity = { desired: 0, warm: 0, terminating: 0, scalingOut: false };

  constructor(config: AwsStepScalingConfig) {
    this.period = config.alarmPeriod;
    this.config = config;
    if (config.scaleOut !== undefined) this.out = stepPolicy(config.scaleOut, '>=');
    if (config.scaleIn !== undefined) this.in = stepPolicy(config.scaleIn, '<=');
  }

  decide(now: number, view: ScalerView): number {
    const { config, capacity } = this;
    readCapacity(now, view, config.instanceWarmup, capacity);
    const metric = groupMetric(now, view, config.metric, config.instanceWarmup, config.alarmPeriod);
    const outwards = this.scaledOut(metric);
    const inwards = this.scaledIn(metric);
    // Where both alarms are on, the larger capacity wins.
    return clampReplicas(outwards ?? inwards ?? capacity.desired, config);
  }

  private scaledOut(metric: number): number | undefined {
    const { out, capacity } = this;
    if (out === undefined || !out.alarm.observe(metric)) return undefined;
    const { warm, desired } = capacity;
    const change = changeFor(out, metric, 'above', warm);
    return change === undefined ? undefined : scaleOut(desired, warm, change);
  }

  private scaledIn(metric: number): number | undefined {
    const { capacity } = this;
    const inwards = this.in;
    if (inwards === undefined || !inwards.alarm.observe(metric) || capacity.scalingOut) return undefined;
    const { warm, terminating, desired } = capacity;
    const change = changeFor(inwards, metric, 'below', warm + terminating);
    return change === undefined ? undefined : scaleIn(desired, warm, terminating, change);
  }
}

function stepPolicy(side: Side, comparison: '>=' | '<='): StepPolicy {
  return {
    alarm: new CloudWatchAlarm(comparison, side.threshold, side.periods),
    steps: side.steps.map(bounded),
    side,
  };
}

function bounded(step: Side['steps'][number]): StepAdjustment {
  return { lower: step.lower ?? -Infinity, upper: step.upper ?? Infinity, adjustment: step.adjustment };
}

function changeFor(policy: StepPolicy, metric: number, at: 'above' | 'below', capacity: number): number | undefined {
  const { threshold, adjustmentType, minAdjustmentMagnitude } = policy.side;
  const step = stepFor(policy.steps, metric - threshold, at);
  if (step === undefined) return undefined;
  return changeOf(adjustmentType, capacity, step.adjustment, minAdjustmentMagnitude);
}

/** What is wrong with a list of steps: they must follow on each other from the threshold to infinity. */
function checkSteps(name: string, side: Side | undefined, at: 'above' | 'below'): string | undefined {
  if (side === undefined) return undefined;
  const steps = side.steps.map(bounded).toSorted((a, b) => a.lower - b.lower);
  const end = at === 'above' ? steps[steps.length - 1].upper : -steps[0].lower;
  if (end !== Infinity) return `${name}: the outermost step must have no bound outwards`;
  const covered = at === 'above' ? steps[0].lower <= 0 : steps[steps.length - 1].upper >= 0;
  if (!covered) return `${name}: the step next to the threshold must begin at 0`;
  for (let i = 0; i < steps.length; i++) {
    if (steps[i].lower >= steps[i].upper) return `${name}: a step’s lower bound must be below its upper bound`;
    if (i > 0 && steps[i].lower !== steps[i - 1].upper) return `${name}: steps must not overlap or leave a gap`;
  }
  return undefined;
}

function checkStepScaling(config: AwsStepScalingConfig): string | undefined {
  if (config.scaleOut === undefined && config.scaleIn === undefined) return 'scaleOut or scaleIn must be given';
  const { scaleOut, scaleIn } = config;
  return (
    checkReplicaRange(config) ?? checkSteps('scaleOut', scaleOut, 'above') ?? checkSteps('scaleIn', scaleIn, 'below')
  );
}

export const awsStepScaling = defineAutoscalerPolicy({
  name: 'awsStepScaling',
  about:
    'Step scaling of Amazon EC2 Auto Scaling: alarms whose steps add or remove more the further the metric is out.',
  product: 'Amazon EC2 Auto Scaling step scaling',
  parameters: PARAMETERS,
  check: checkStepScaling,
  sources: [
    'awsdocs/amazon-ec2-auto-scaling-user-guide doc_source/as-scaling-simple-step.md (0987d768)',
    'Amazon CloudWatch User Guide, "Using Amazon CloudWatch alarms"',
  ],
  knownToGetWrong: [
    'The steps are guesses at the load that lies behind a metric; a service whose capacity changes needs new ones.',
    'An alarm that stays on repeats its step every minute as soon as instances are warm, whether or not they have helped yet.',
    'A warm-up that is set too short counts cold instances as capacity and overshoots; too long, and it waits.',
    'A step near the threshold with an adjustment of zero hides a breach that never ends.',
  ],
  create: (config) => new AwsStepScalingPolicy(config),
});
