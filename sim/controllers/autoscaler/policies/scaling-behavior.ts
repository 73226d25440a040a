import { MAX_REPLICAS } from './replica-calculator.ts';
import type { ScaleEvents } from './scale-events.ts';

/**
 * How fast a Horizontal Pod Autoscaler may go: the rate limits of `spec.behavior`, and the fixed ones without it.
 * Both lists of events count: replicas that were removed in the period may be added on top, and the reverse.
 *
 * Source: kubernetes pkg/controller/podautoscaler/horizontal.go `convertDesiredReplicasWithBehaviorRate`,
 * `convertDesiredReplicasWithRules`, `calculateScaleUpLimitWithScalingRules`, `calculateScaleDownLimitWithBehaviors`.
 */

/** At most `value` pods, or percent of the replicas at the period's start, in any `period` nanoseconds. */
export interface ScalingPolicy {
  type: 'Pods' | 'Percent';
  value: number;
  period: number;
}

export interface RateLimit {
  /** The policy that allows the most change, the one that allows the least, or no change at all. */
  selectPolicy: 'Max' | 'Min' | 'Disabled';
  policies: readonly ScalingPolicy[];
}

export type LimitReason =
  'DesiredWithinRange' | 'ScaleUpLimit' | 'ScaleDownLimit' | 'TooManyReplicas' | 'TooFewReplicas';

export interface LimitedReplicas {
  replicas: number;
  reason: LimitReason;
}

/** The replica counts that are allowed, whatever the rates. */
export interface ReplicaRange {
  min: number;
  max: number;
}

/** Applies the rate limits of a behaviour, then the range. Min and max bound only a change that goes their way. */
export function limitByBehavior(
  now: number,
  current: number,
  desired: number,
  range: ReplicaRange,
  limits: { up: RateLimit; down: RateLimit },
  added: ScaleEvents,
  removed: ScaleEvents,
): LimitedReplicas {
  if (desired > current) {
    const limit = Math.max(current, scaleUpLimit(now, current, added, removed, limits.up));
    return capAt(desired, limit, range.max);
  }
  if (desired < current) {
    const limit = Math.min(current, scaleDownLimit(now, current, added, removed, limits.down));
    return floorAt(desired, limit, range.min);
  }
  return { replicas: desired, reason: 'DesiredWithinRange' };
}

/** Without a behaviour: at most twice the current count, or 4 if that is more; down as far as `min` at once. */
export function limitWithoutBehavior(current: number, desired: number, range: ReplicaRange): LimitedReplicas {
  if (desired < range.min) return { replicas: range.min, reason: 'TooFewReplicas' };
  return capAt(desired, Math.max(2 * current, 4), range.max);
}

/** The most replicas that the policies allow now; can be below `current` if more were added in the period. */
export function scaleUpLimit(
  now: number,
  current: number,
  added: ScaleEvents,
  removed: ScaleEvents,
  limit: RateLimit,
): number {
  if (limit.selectPolicy === 'Disabled') return current;
  const least = limit.selectPolicy === 'Min';
  let result = least ? MAX_REPLICAS : -MAX_REPLICAS;
  for (const policy of limit.policies) {
    const start = periodStart(now, current, added, removed, policy.period);
    // Rounded up, so that a small percentage of few replicas still lets one more in.
    const proposed = policy.type === 'Pods' ? start + policy.value : -Math.floor(-(start * (1 + policy.value / 100)));
    result = least ? Math.min(result, proposed) : Math.max(result, proposed);
  }
  return result;
}

/** The fewest replicas that the policies allow now; can be above `current` if more were removed in the period. */
export function scaleDownLimit(
  now: number,
  current: number,
  added: ScaleEvents,
  removed: ScaleEvents,
  limit: RateLimit,
): number {
  if (limit.selectPolicy === 'Disabled') return current;
  const least = limit.selectPolicy === 'Min';
  let result = least ? -MAX_REPLICAS : MAX_REPLICAS;
  for (const policy of limit.policies) {
    const start = periodStart(now, current, added, removed, policy.period);
    const proposed = policy.type === 'Pods' ? start - policy.value : towardZero(start * (1 - policy.value / 100));
    result = least ? Math.max(result, proposed) : Math.min(result, proposed);
  }
  return result;
}

/** How long the longest policy looks back, nanoseconds. */
export function longestPeriod(limit: RateLimit): number {
  let longest = 0;
  for (const policy of limit.policies) longest = Math.max(longest, policy.period);
  return longest;
}

function periodStart(now: number, current: number, added: ScaleEvents, removed: ScaleEvents, period: number): number {
  return current - added.changeWithin(now, period) + removed.changeWithin(now, period);
}

function capAt(desired: number, limit: number, max: number): LimitedReplicas {
  const allowed = Math.min(limit, max);
  if (desired <= allowed) return { replicas: desired, reason: 'DesiredWithinRange' };
  return { replicas: allowed, reason: max > limit ? 'ScaleUpLimit' : 'TooManyReplicas' };
}

function floorAt(desired: number, limit: number, min: number): LimitedReplicas {
  const allowed = Math.max(limit, min);
  if (desired >= allowed) return { replicas: desired, reason: 'DesiredWithinRange' };
  return { replicas: allowed, reason: min < limit ? 'ScaleDownLimit' : 'TooFewReplicas' };
}

function towardZero(value: number): number {
  return value < 0 ? -Math.floor(-value) : Math.floor(value);
}
