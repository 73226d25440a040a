import { SECOND } from '../../../kernel/time.ts';
import { SlidingMaximum } from './sliding-maximum.ts';

/** What a Knative autoscaler is to hold, for one revision (the product's `DeciderSpec`). */
export interface KnativeSpec {
  /** What one pod should carry: requests in it, or requests a second. */
  targetValue: number;
  /** What one pod can carry. */
  totalValue: number;
  /** Spare capacity below which the activator stays in the path; 0 for never, −1 for always. */
  targetBurstCapacity: number;
  /** Ratio of wanted to ready pods from which it panics. */
  panicThreshold: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  /** Nanoseconds. */
  stableWindow: number;
  /** The revision has a route. */
  reachable: boolean;
  /** The fewest pods that serve once there is any traffic. */
  activationScale: number;
}

/** The product's tick, on which the scale-down delay counts. */
const DELAY_GRANULARITY = 2 * SECOND;
const MIN_ACTIVATORS = 2;

/**
 * The decision of Knative's Pod Autoscaler: pods from a stable and a panic average, within rates; in panic never fewer.
 *
 * Source: knative/serving pkg/autoscaler/scaling/autoscaler.go (98e5ef90aa).
 */
export class KnativeAutoscaler {
  /** When it last was over the panic threshold; NaN while it does not panic. */
  panicSince: number;
  maxPanicPods: number;
  /** Spare capacity after the target burst, of the last decision; negative keeps the activator in the path. */
  excessBurstCapacity: number;
  private spec: KnativeSpec;
  private readonly delayed: SlidingMaximum | undefined;

  /** With more than one pod ready it starts in panic: it has no history, and must not scale down for that. */
  constructor(spec: KnativeSpec, scaleDownDelay: number, now: number, readyPods: number) {
    this.spec = spec;
    this.panicSince = readyPods > 1 ? now : NaN;
    this.maxPanicPods = readyPods;
    this.excessBurstCapacity = this.excessOf(readyPods, 0);
    // No window of a single slot: that would still hold the larger of two decisions in one slot.
    if (scaleDownDelay > 0) this.delayed = new SlidingMaximum(-Math.floor(-scaleDownDelay / DELAY_GRANULARITY));
  }

  get panics(): boolean {
    return !Number.isNaN(this.panicSince);
  }

  update(spec: KnativeSpec): void {
    this.spec = spec;
  }

  /** Pods wanted, given the averages over both windows; undefined if one of the figures could not be had (NaN). */
  scale(now: number, readyPods: number, stable: number, panic: number): number | undefined {
    if (Number.isNaN(readyPods) || Number.isNaN(stable) || Number.isNaN(panic)) return undefined;
    const { spec } = this;
    const ready = Math.max(1, readyPods);
    const wantedStable = -Math.floor(-stable / spec.targetValue);
    const wantedPanic = -Math.floor(-panic / spec.targetValue);
    const stablePods = this.limit(wantedStable, ready);
    const panicPods = this.limit(wantedPanic, ready);

    this.followPanic(now, wantedPanic / ready >= spec.panicThreshold);
    let desired = stablePods;
    if (this.panics) {
      this.maxPanicPods = Math.max(this.maxPanicPods, stablePods, panicPods);
      desired = this.maxPanicPods;
    }
    if (this.delayed !== undefined && spec.reachable) {
      this.delayed.record(Math.floor(now / DELAY_GRANULARITY), desired);
      desired = this.delayed.current;
    }
    this.excessBurstCapacity = this.excessOf(readyPods, panic);
    return desired;
  }

  /** Activators that a revision of so many ready pods is given. */
  activators(readyPods: number, activatorCapacity: number): number {
    const { targetBurstCapacity, totalValue } = this.spec;
    if (targetBurstCapacity === 0) return MIN_ACTIVATORS;
    const load = readyPods * totalValue + Math.max(0, targetBurstCapacity);
    return Math.max(MIN_ACTIVATORS, -Math.floor(-load / activatorCapacity));
  }

  /** Within what the rates allow from the pods that are ready, and at least the activation scale if there is traffic. */
  private limit(wanted: number, ready: number): number {
    const { spec } = this;
    // Rounded outwards, so that a rate close to one still moves by a pod.
    const most = -Math.floor(-(spec.maxScaleUpRate * ready));
    const fewest = spec.reachable ? Math.floor(ready / spec.maxScaleDownRate) : 0;
    const pods = Math.min(Math.max(wanted, fewest), most);
    return wanted > 0 && spec.activationScale > 1 ? Math.max(pods, spec.activationScale) : pods;
  }

  private followPanic(now: number, overThreshold: boolean): void {
    if (overThreshold) {
      this.panicSince = now;
    } else if (this.panicSince + this.spec.stableWindow < now) {
      this.panicSince = NaN;
      this.maxPanicPods = 0;
    }
  }

  private excessOf(readyPods: number, panic: number): number {
    const { targetBurstCapacity, totalValue } = this.spec;
    if (targetBurstCapacity === 0) return 0;
    if (targetBurstCapacity < 0) return -1;
    return Math.floor(readyPods * totalValue - targetBurstCapacity - panic);
  }
}
