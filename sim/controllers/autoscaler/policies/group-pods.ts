/** How the Horizontal Pod Autoscaler counts a pod: `ready` ones carry the metric, the others are filled in or left out. */
export type PodGroup = 'ready' | 'unready' | 'missing' | 'ignored';

/** A pod as the Kubernetes API and its metrics describe it. Times are nanoseconds. */
export interface PodStatus {
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** It has a deletion timestamp. */
  deleted: boolean;
  /** The metrics API returned a sample for it. */
  hasMetric: boolean;
  /** When that sample was taken, and what length of time it covers. */
  metricAt: number;
  metricWindow: number;
  /** When it started; NaN if it has no start time yet. */
  startedAt: number;
  ready: boolean;
  /** When its Ready condition last changed; NaN if it has no such condition. */
  readyChangedAt: number;
}

export interface GroupingRules {
  /** Readiness is looked at for CPU only, since start-up burns CPU that says nothing of the load. */
  cpu: boolean;
  /** `--horizontal-pod-autoscaler-cpu-initialization-period`, nanoseconds. */
  initializationPeriod: number;
  /** `--horizontal-pod-autoscaler-initial-readiness-delay`, nanoseconds. */
  initialReadinessDelay: number;
}

/**
 * The group of one pod at `now`. Order matters: a pending pod is unready even without a metric, a running one without a
 * metric is missing even if it is unready.
 *
 * Source: kubernetes pkg/controller/podautoscaler/replica_calculator.go `groupPods`.
 */
export function groupPod(now: number, pod: PodStatus, rules: GroupingRules): PodGroup {
  if (pod.deleted || pod.phase === 'Failed') return 'ignored';
  if (pod.phase === 'Pending') return 'unready';
  if (!pod.hasMetric) return 'missing';
  if (rules.cpu && cpuIsMeaningless(now, pod, rules)) return 'unready';
  return 'ready';
}

function cpuIsMeaningless(now: number, pod: PodStatus, rules: GroupingRules): boolean {
  if (Number.isNaN(pod.startedAt) || Number.isNaN(pod.readyChangedAt)) return true;
  if (pod.startedAt + rules.initializationPeriod > now) {
    // A sample counts once a whole window of it lies after the pod turned ready.
    return !pod.ready || pod.metricAt < pod.readyChangedAt + pod.metricWindow;
  }
  // Later on, only a pod that never became ready is left out: one that fails under load still counts.
  return !pod.ready && pod.startedAt + rules.initialReadinessDelay > pod.readyChangedAt;
}
