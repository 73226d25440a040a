import { Recommendations } from './recommendations.ts';
import { ScaleEvents } from './scale-events.ts';
import type { RateLimit, ReplicaRange } from './scaling-behavior.ts';
import { limitByBehavior, limitWithoutBehavior, longestPeriod } from './scaling-behavior.ts';

/** The rules of one direction: how long to look back for a milder wish, and how fast to go. */
export interface ScalingRules extends RateLimit {
  stabilizationWindow: number;
}

export interface HorizontalAutoscalerConfig extends ReplicaRange {
  /** `spec.behavior`; without it the older, fixed rules hold. */
  behavior?: { up: ScalingRules; down: ScalingRules };
  /** `--horizontal-pod-autoscaler-downscale-stabilization`, for the rules without a behaviour. Nanoseconds. */
  downscaleStabilization: number;
}

/**
 * From what the metrics propose to what is asked for: range, stabilisation, then rate limits, with the history that
 * they need.
 *
 * Source: kubernetes pkg/controller/podautoscaler/horizontal.go `reconcileAutoscaler`, `normalizeDesiredReplicas`,
 * `normalizeDesiredReplicasWithBehaviors`.
 */
export class HorizontalAutoscaler {
  readonly recommendations = new Recommendations();
  readonly added = new ScaleEvents();
  readonly removed = new ScaleEvents();
  private readonly config: HorizontalAutoscalerConfig;

  constructor(config: HorizontalAutoscalerConfig) {
    this.config = config;
  }

  /** Replicas to ask for, given those asked for last and those that the metrics propose (undefined: they failed). */
  reconcile(now: number, current: number, proposed: number | undefined): number {
    // The first wish is the count that it finds: a fresh controller does not scale down for a whole window.
    if (this.recommendations.list.length === 0) this.recommendations.store(now, current);
    const replicas = this.decide(now, current, proposed);
    if (replicas !== current) this.remember(now, replicas - current);
    return replicas;
  }

  private decide(now: number, current: number, proposed: number | undefined): number {
    const { min, max, behavior } = this.config;
    if (current === 0 && min !== 0) return 0; // Scaled to zero by hand: autoscaling is off.
    if (current > max) return max;
    if (current < min) return min;
    if (proposed === undefined) return current;
    if (behavior === undefined) {
      const stable = this.recommendations.stabilizeDown(now, proposed, this.config.downscaleStabilization);
      return limitWithoutBehavior(current, stable, this.config).replicas;
    }
    const { up, down } = behavior;
    const windows = [up.stabilizationWindow, down.stabilizationWindow] as const;
    const stable = this.recommendations.stabilize(now, current, proposed, ...windows);
    return limitByBehavior(now, current, stable, this.config, behavior, this.added, this.removed).replicas;
  }

  private remember(now: number, change: number): void {
    const { behavior } = this.config;
    if (behavior === undefined) return;
    if (change > 0) this.added.store(now, change, longestPeriod(behavior.up));
    else this.removed.store(now, -change, longestPeriod(behavior.down));
  }
}
