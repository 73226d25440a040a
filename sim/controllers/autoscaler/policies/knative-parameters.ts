import type { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { choice, duration, flag, integer, number, share } from '../../parameters.ts';

const CONFIG = 'knative/serving config-autoscaler';

/** The settings of a Knative revision that its autoscaler reads, under names close to those of the config map. */
export const KNATIVE_PARAMETERS = {
  min: integer({ about: 'min-scale.', default: 0, source: CONFIG }),
  max: integer({ about: 'max-scale; 0 for no limit.', default: 0, source: CONFIG }),
  initialScale: integer({
    about: 'initial-scale: the fewest pods until so many have been ready once.',
    default: 1,
    min: 1,
    source: CONFIG,
  }),
  activationScale: integer({
    about: 'The fewest pods once there is any traffic at all; 1 for no such limit.',
    default: 1,
    min: 1,
    source: 'knative/serving autoscaling.knative.dev/activation-scale',
  }),
  metric: choice(['concurrency', 'rps'], {
    about: 'What the target is about: requests in a pod, or requests a second.',
    default: 'concurrency',
    source: 'knative/serving autoscaling.knative.dev/metric',
  }),
  target: number({
    about: 'container-concurrency-target-default: requests that one pod can have in it (metric: concurrency).',
    default: 100,
    min: 0.01,
    source: CONFIG,
  }),
  rpsTarget: number({
    about: 'requests-per-second-target-default: requests a second that one pod can serve (metric: rps).',
    default: 200,
    min: 1,
    source: CONFIG,
  }),
  targetUtilization: share({
    about: 'container-concurrency-target-percentage: how much of the target a pod should carry.',
    default: '70%',
    min: '1%',
    source: CONFIG,
  }),
  tickInterval: duration({
    about: 'Time between decisions.',
    default: '2s',
    min: '1s',
    source: 'knative/serving pkg/autoscaler/scaling/multiscaler.go',
  }),
  stableWindow: duration({
    about: 'stable-window: what the stable average covers, in whole seconds.',
    default: '60s',
    min: '6s',
    max: '1h',
    source: CONFIG,
  }),
  panicWindowPercentage: share({
    about: 'Length of the panic window, as a share of the stable one; rounded to whole seconds.',
    default: '10%',
    min: '1%',
    source: CONFIG,
  }),
  panicThresholdPercentage: share({
    about: 'Wanted over ready pods from which it panics, as a share.',
    default: '200%',
    min: '110%',
    max: '1000%',
    source: CONFIG,
  }),
  maxScaleUpRate: number({
    about: 'At most this many times the ready pods in one decision; above 1.',
    default: 1000,
    min: 1.01,
    source: CONFIG,
  }),
  maxScaleDownRate: number({
    about: 'At least the ready pods divided by this in one decision; above 1.',
    default: 2,
    min: 1.01,
    source: CONFIG,
  }),
  scaleDownDelay: duration({
    about: 'scale-down-delay: the most pods wanted in this long are kept.',
    default: '0s',
    max: '1h',
    source: CONFIG,
  }),
  targetBurstCapacity: number({
    about: 'Spare capacity, in requests, below which the activator stays in the path; 0 for never, -1 for always.',
    default: 211,
    min: -1,
    source: CONFIG,
  }),
  activatorCapacity: number({ about: 'Requests that one activator can hold.', default: 100, min: 1, source: CONFIG }),
  scaleToZero: flag({ about: 'enable-scale-to-zero.', default: true, source: CONFIG }),
  scaleToZeroGracePeriod: duration({
    about: 'How long the activator is in the path before the last pod goes.',
    default: '30s',
    min: '6s',
    source: CONFIG,
  }),
  scaleToZeroPodRetention: duration({
    about: 'The least time that the last pod stays after the revision turned inactive.',
    default: '0s',
    max: '1h',
    source: CONFIG,
  }),
  progressDeadline: duration({
    about: 'How long pods may take to start; 30 s later an activation without traffic is given up.',
    default: '10m',
    source: 'knative/serving config-deployment',
  }),
};

export type KnativeConfig = z.output<z.ZodObject<typeof KNATIVE_PARAMETERS>>;

/** What is wrong with settings that are each in order, if anything. */
export function checkKnative(config: KnativeConfig): string | undefined {
  const { min, max, initialScale, targetBurstCapacity } = config;
  if (max !== 0 && min > max) return `min is ${min}, but max is only ${max}; min must not be above max (0: no limit)`;
  if (max !== 0 && initialScale > max) return `initialScale is ${initialScale}, but max is only ${max}`;
  if (targetBurstCapacity < 0 && targetBurstCapacity !== -1) {
    return `targetBurstCapacity is ${targetBurstCapacity}; below 0 only -1 (always) is allowed`;
  }
  if (config.stableWindow % SECOND !== 0) return 'stableWindow must be whole seconds';
  return undefined;
}
