import type { PodGroup } from './group-pods.ts';

/**
 * What the Horizontal Pod Autoscaler makes of one metric: how many replicas would bring it to its target.
 * Quantities are whole numbers of milli-units, as the product's are; utilization and pod averages are truncated to
 * whole numbers before the ratio is taken, and that moves results.
 *
 * Source: kubernetes pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go.
 */

/** Largest replica count: the product's counts are int32. */
export const MAX_REPLICAS = 2147483647;
/** Usages are int64 in the product; the nearest float64 to its largest value is 2^63. */
export const MAX_USAGE = 9223372036854775808;

/** One pod with its metric. */
export interface CountedPod {
  group: PodGroup;
  /** Milli-units in use; only read for a `ready` pod. */
  usage: number;
  /** Milli-units requested; NaN if the pod asks for none. Only read for utilization. */
  request: number;
}

/** How far the usage ratio may lie from one, each way, before anything is changed. Shares. */
export interface Tolerances {
  up: number;
  down: number;
}

export interface Proposal {
  replicas: number;
  /** What the status reports: a utilization in percent, or milli-units (an average over pods, or the whole value). */
  usage: number;
}

export function withinTolerance(ratio: number, tolerances: Tolerances): boolean {
  return 1 - tolerances.down <= ratio && ratio <= 1 + tolerances.up;
}

/**
 * Replicas for a target utilization in percent of the request (Resource and ContainerResource metrics).
 * Undefined if the metric fails: no pod with a metric, or a pod without a request.
 */
export function replicasForUtilization(
  current: number,
  target: number,
  tolerances: Tolerances,
  pods: readonly CountedPod[],
): Proposal | undefined {
  for (const pod of pods) if (Number.isNaN(pod.request)) return undefined;
  // On the way down a pod without a metric is taken to use all that it asks for, or the target if that is more.
  const assumed = Math.max(100, target);
  return propose(current, tolerances, pods, {
    target,
    level: (total) => (total.request === 0 ? NaN : wholePercent(total.usage, total.request)),
    assumedUsage: (pod) => Math.floor((pod.request * assumed) / 100),
  });
}

/** Replicas for a target average over pods, milli-units (Pods metrics, and Resource metrics with an average value). */
export function replicasForAverage(
  current: number,
  target: number,
  tolerances: Tolerances,
  pods: readonly CountedPod[],
): Proposal | undefined {
  return propose(current, tolerances, pods, {
    target,
    level: (total) => Math.floor(total.usage / total.count),
    assumedUsage: () => target,
  });
}

/** Replicas for a target of one value that all pods share (Object and External metrics with `Value`). */
export function replicasForValue(
  current: number,
  readyPods: number,
  usage: number,
  target: number,
  tolerances: Tolerances,
): Proposal {
  const ratio = usage / target;
  // At zero there are no ready pods to multiply by: one is enough to start with unless the ratio says more.
  if (current === 0) return { replicas: wholeReplicas(ratio), usage };
  if (withinTolerance(ratio, tolerances)) return { replicas: current, usage };
  return { replicas: wholeReplicas(ratio * readyPods), usage };
}

/**
 * Replicas for a target value for each pod (Object and External metrics with `AverageValue`). The tolerance looks at the
 * replicas that there are (`status.replicas`), the result does not.
 */
export function replicasForValuePerPod(
  statusReplicas: number,
  usage: number,
  target: number,
  tolerances: Tolerances,
): Proposal {
  const ratio = usage / (target * statusReplicas);
  const replicas = withinTolerance(ratio, tolerances) ? statusReplicas : wholeReplicas(usage / target);
  return { replicas, usage: usage >= MAX_USAGE ? MAX_USAGE : -Math.floor(-usage / statusReplicas) };
}

/** The sum of an external metric's series, which stops at the largest int64 instead of wrapping. */
export function sumOfSeries(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) {
    sum += value;
    if (sum >= MAX_USAGE) return MAX_USAGE;
  }
  return sum;
}

/**
 * Several metrics: the largest proposal wins. A metric that fails (undefined) does not stop scaling up, but it does stop
 * scaling down. Undefined if nothing can be said: leave the replicas as they are.
 */
export function largestProposal(current: number, proposals: readonly (Proposal | undefined)[]): number | undefined {
  let largest = -1;
  let failed = 0;
  for (const proposal of proposals) {
    if (proposal === undefined) failed++;
    else if (proposal.replicas > largest) largest = proposal.replicas;
  }
  if (failed === proposals.length || (failed > 0 && largest < current)) return undefined;
  return largest;
}

/** Sums over the pods that a ratio is taken over. */
interface Total {
  usage: number;
  request: number;
  count: number;
}

interface Measure {
  target: number;
  /** The level that the target is about, a whole number; NaN if it cannot be told. */
  level(total: Total): number;
  /** The usage that a pod without a metric is taken to have on the way down. */
  assumedUsage(pod: CountedPod): number;
}

function propose(
  current: number,
  tolerances: Tolerances,
  pods: readonly CountedPod[],
  measure: Measure,
): Proposal | undefined {
  const total: Total = { usage: 0, request: 0, count: 0 };
  let unready = 0;
  let missing = 0;
  for (const pod of pods) {
    if (pod.group === 'ready') add(total, pod, pod.usage);
    else if (pod.group === 'unready') unready++;
    else if (pod.group === 'missing') missing++;
  }
  if (total.count === 0) return undefined;
  const usage = measure.level(total);
  if (Number.isNaN(usage)) return undefined;

  const ratio = usage / measure.target;
  const upWithUnready = unready > 0 && ratio > 1;
  if (!upWithUnready && missing === 0) {
    const replicas = withinTolerance(ratio, tolerances) ? current : wholeReplicas(ratio * total.count);
    return { replicas, usage };
  }

  // Count the pods that say nothing, against the direction of the change, and look again.
  for (const pod of pods) {
    if (pod.group === 'missing' && ratio < 1) add(total, pod, measure.assumedUsage(pod));
    else if (pod.group === 'missing' && ratio > 1) add(total, pod, 0);
    else if (pod.group === 'unready' && upWithUnready) add(total, pod, 0);
  }
  const newRatio = measure.level(total) / measure.target;
  const turned = (ratio < 1 && newRatio > 1) || (ratio > 1 && newRatio < 1);
  if (withinTolerance(newRatio, tolerances) || turned) return { replicas: current, usage };
  const replicas = wholeReplicas(newRatio * total.count);
  // More pods counted than there are replicas (a rollout's surge) must not turn the direction either.
  const reversed = (newRatio < 1 && replicas > current) || (newRatio > 1 && replicas < current);
  return { replicas: reversed ? current : replicas, usage };
}

function add(total: Total, pod: CountedPod, usage: number): void {
  total.usage += usage;
  total.request += pod.request;
  total.count++;
}

/** usage * 100 / request in whole numbers, exact where usage * 100 alone would pass 2^53. */
function wholePercent(usage: number, request: number): number {
  const whole = Math.floor(usage / request);
  const rest = usage - whole * request;
  return whole * 100 + Math.floor((rest * 100) / request);
}

function wholeReplicas(replicas: number): number {
  return replicas > MAX_REPLICAS ? MAX_REPLICAS : -Math.floor(-replicas);
}
