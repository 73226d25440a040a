/** What the adjustment of a step is measured in. */
export const ADJUSTMENT_TYPES = ['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity'] as const;
export type AdjustmentType = (typeof ADJUSTMENT_TYPES)[number];

/** One step: the adjustment for a metric between two bounds, both relative to the alarm's threshold. */
export interface StepAdjustment {
  /** −Infinity and Infinity where there is no bound. */
  lower: number;
  upper: number;
  adjustment: number;
}

/**
 * The step for a metric that is `difference` above the threshold (negative: below it). Bounds are [lower, upper) for an
 * alarm above its threshold and (lower, upper] for one below. Undefined if no step covers it.
 *
 * Source: awsdocs/amazon-ec2-auto-scaling-user-guide doc_source/as-scaling-simple-step.md (0987d768).
 */
export function stepFor(
  steps: readonly StepAdjustment[],
  difference: number,
  side: 'above' | 'below',
): StepAdjustment | undefined {
  const x = exact(difference);
  return steps.find(({ lower, upper }) =>
    side === 'above' ? exact(lower) <= x && x < exact(upper) : exact(lower) < x && x <= exact(upper),
  );
}

/** Instances to add (negative: to remove) to a capacity for one adjustment. */
export function changeOf(type: AdjustmentType, capacity: number, adjustment: number, minMagnitude = 0): number {
  if (type === 'ChangeInCapacity') return adjustment;
  if (type === 'ExactCapacity') return adjustment - capacity;
  const change = roundChange((capacity * adjustment) / 100);
  if (change === 0) return 0;
  return change > 0 ? Math.max(change, minMagnitude) : Math.min(change, -minMagnitude);
}

/** Percentages are rounded toward zero, but what is not zero moves by at least one. */
export function roundChange(change: number): number {
  if (change === 0) return 0;
  return change > 0 ? Math.max(1, Math.floor(change)) : Math.min(-1, -Math.floor(-change));
}

/**
 * A step outwards counts from the warm capacity, but never takes back what has been asked for: several breaches within one
 * step launch its instances once.
 */
export function scaleOut(desired: number, warm: number, change: number): number {
  return Math.max(desired, warm + change);
}

/** A step inwards counts instances that are still terminating, so as not to remove them twice. */
export function scaleIn(desired: number, warm: number, terminating: number, change: number): number {
  return Math.min(desired, warm + terminating + change);
}

/** In billionths, so that 0.6 − 0.5 is 0.1. */
function exact(value: number): number {
  return Math.floor(value * 1e9 + 0.5);
}
