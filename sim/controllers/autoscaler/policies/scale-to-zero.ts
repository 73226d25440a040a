/** How Knative goes from one pod to none. Times are nanoseconds. */
export interface ScaleToZeroRules {
  enabled: boolean;
  stableWindow: number;
  gracePeriod: number;
  podRetention: number;
  /** How long pods may take to start before activation is given up. */
  activationTimeout: number;
  /** Pods that make the revision active: its least scale, at least one. */
  activeThreshold: number;
  /** The activator is always in the path (`target-burst-capacity` −1). */
  activatorAlways: boolean;
}

/** No decision yet: leave the replicas as they are. */
export const SCALE_UNKNOWN = -1;

type Condition = 'activating' | 'active' | 'inactive';

/**
 * Knative's last step. A revision that wants no pods first stays active for the stable window, then turns inactive, which
 * puts the activator into the path; only when the activator has been there for the grace period is the last pod removed.
 *
 * Source: knative/serving pkg/reconciler/autoscaling/kpa/scaler.go `handleScaleToZero`, kpa.go `computeActiveCondition`.
 */
export class ScaleToZero {
  condition: Condition = 'activating';
  /** Since when the activator has been in the path; NaN while it is not. */
  activatorSince = NaN;
  private since: number;
  private readonly rules: ScaleToZeroRules;
  /** What the last call decided; the replicas are changed only if `applies`. */
  private wanted = SCALE_UNKNOWN;
  private applies = false;

  constructor(rules: ScaleToZeroRules, now: number) {
    this.rules = rules;
    this.since = now;
  }

  get activatorInPath(): boolean {
    return !Number.isNaN(this.activatorSince);
  }

  /** Replicas to ask for, given those asked for last and the autoscaler's wish (SCALE_UNKNOWN: it has no data). */
  settle(now: number, replicas: number, desired: number, ready: number, excessBurstCapacity: number): number {
    this.wanted = desired;
    this.applies = desired !== SCALE_UNKNOWN;
    if (desired === 0) this.holdBack(now);
    const proxied =
      this.wanted === 0 || excessBurstCapacity < 0 || (this.wanted === SCALE_UNKNOWN && this.condition === 'inactive');
    if (!proxied) this.activatorSince = NaN;
    else if (!this.activatorInPath) this.activatorSince = now;
    this.follow(now, ready);
    return this.applies ? this.wanted : replicas;
  }

  private holdBack(now: number): void {
    const { rules } = this;
    const elapsed = now - this.since;
    if (!rules.enabled) {
      this.wanted = 1;
    } else if (this.condition === 'activating') {
      this.applies = elapsed >= rules.activationTimeout;
      if (!this.applies) this.wanted = SCALE_UNKNOWN;
    } else if (this.condition === 'active') {
      // Asking for none without applying it is what turns the revision inactive.
      if (elapsed >= rules.stableWindow) this.applies = false;
      else this.wanted = 1;
    } else {
      this.applies = this.mayRemoveLast(now, elapsed);
    }
  }

  private mayRemoveLast(now: number, inactiveFor: number): boolean {
    const { gracePeriod, podRetention, activatorAlways } = this.rules;
    if (!activatorAlways && !this.activatorInPath) return false;
    if (inactiveFor >= Math.max(gracePeriod, podRetention)) return true;
    return inactiveFor >= podRetention && now - this.activatorSince >= gracePeriod;
  }

  private follow(now: number, ready: number): void {
    if (this.wanted === 0) this.turn(now, 'inactive');
    else if (this.wanted === SCALE_UNKNOWN && this.condition === 'inactive') return;
    else this.turn(now, ready < this.rules.activeThreshold ? 'activating' : 'active');
  }

  private turn(now: number, condition: Condition): void {
    if (this.condition === condition) return;
    this.condition = condition;
    this.since = now;
  }
}
