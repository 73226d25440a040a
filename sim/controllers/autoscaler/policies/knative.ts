import { SECOND } from '../../../kernel/time.ts';
import type { AutoscalerPolicy, ScalerView } from '../policy.ts';
import { defineAutoscalerPolicy } from '../policy.ts';
import type { KnativeSpec } from './knative-autoscaler.ts';
import { KnativeAutoscaler } from './knative-autoscaler.ts';
import type { KnativeConfig } from './knative-parameters.ts';
import { checkKnative, KNATIVE_PARAMETERS } from './knative-parameters.ts';
import { SCALE_UNKNOWN, ScaleToZero } from './scale-to-zero.ts';
import { TimedBuckets } from './timed-buckets.ts';

/** Stats are scraped and bucketed every second. */
const BUCKET = SECOND;
/** The product never targets less than this. */
const LEAST_TARGET = 0.01;
/** Beyond the progress deadline of the pods, before an activation counts as failed. */
const ACTIVATION_BUFFER = 30 * SECOND;

/** Knative's Pod Autoscaler (KPA): the collector's buckets, the decision, and scaling to zero. */
export class KnativePolicy implements AutoscalerPolicy {
  readonly period: number;
  /** The activator pokes the autoscaler when a request finds no pod. */
  readonly wakesFromZero = true;
  /** The activator holds it. */
  readonly holdsAtZero = true;
  private readonly config: KnativeConfig;
  private readonly spec: KnativeSpec;
  private readonly stable: TimedBuckets;
  private readonly panic: TimedBuckets;
  /** What the newest second recorded speaks of; NaN before the first. */
  private scrapedAt = NaN;
  /** Made at the first decision, as they start from the pods that they find. */
  private autoscaler: KnativeAutoscaler | undefined;
  private scaleToZero: ScaleToZero | undefined;
  private desired = SCALE_UNKNOWN;
  /** So many pods as `initialScale` have been ready once. */
  private initialized = false;

  constructor(config: KnativeConfig) {
    this.period = config.tickInterval;
    this.config = config;
    this.spec = specOf(config);
    this.stable = new TimedBuckets(config.stableWindow, BUCKET);
    this.panic = new TimedBuckets(panicWindowOf(config), BUCKET);
  }

  /** Whether requests pass through the activator, which holds them while no pod can take them. */
  get activatorInPath(): boolean {
    return this.scaleToZero?.activatorInPath ?? false;
  }

  get panics(): boolean {
    return this.autoscaler?.panics ?? false;
  }

  /** Activators that the revision is given, for so many ready pods. */
  activators(readyPods: number): number {
    return this.autoscaler?.activators(readyPods, this.config.activatorCapacity) ?? 0;
  }

  decide(now: number, view: ScalerView): number {
    const { config } = this;
    this.autoscaler ??= new KnativeAutoscaler(this.spec, config.scaleDownDelay, now, view.ready);
    this.scaleToZero ??= new ScaleToZero(scaleToZeroRulesOf(config), now);
    if (view.ready >= config.initialScale) this.initialized = true;

    this.scrape(view);
    if (!this.stable.isEmpty(now)) {
      const averages = [this.stable.windowAverage(now), this.panic.windowAverage(now)] as const;
      this.desired = this.autoscaler.scale(now, view.ready, ...averages) ?? this.desired;
    }
    const { excessBurstCapacity } = this.autoscaler;
    return this.scaleToZero.settle(now, view.replicas, this.bounded(this.desired), view.ready, excessBurstCapacity);
  }

  /** Records the seconds that have become visible since the last scrape, each with their mean; at first only the newest. */
  private scrape(view: ScalerView): void {
    const { asOf } = view;
    const first = Number.isNaN(this.scrapedAt);
    const mean = this.mean(view, first ? BUCKET : asOf - this.scrapedAt);
    const newest = Math.floor(asOf / BUCKET);
    const last = first ? newest - 1 : Math.floor(this.scrapedAt / BUCKET);
    if (Number.isNaN(mean) || newest <= last) return;
    const oldest = Math.max(last + 1, newest - this.config.stableWindow / BUCKET + 1);
    for (let second = oldest; second <= newest; second++) {
      this.stable.record(second * BUCKET, mean);
      this.panic.record(second * BUCKET, mean);
    }
    this.scrapedAt = asOf;
  }

  private mean(view: ScalerView, span: number): number {
    return this.config.metric === 'rps' ? view.meanRequestRate(span) : view.meanConcurrency(span);
  }

  private bounded(desired: number): number {
    if (desired === SCALE_UNKNOWN) return desired;
    const { min, max, initialScale } = this.config;
    const least = initialScale > 1 && !this.initialized ? Math.max(min, initialScale) : min;
    if (desired < least) return least;
    return max !== 0 && desired > max ? max : desired;
  }
}

function specOf(config: KnativeConfig): KnativeSpec {
  const totalValue = config.metric === 'rps' ? config.rpsTarget : config.target;
  return {
    targetValue: Math.max(LEAST_TARGET, totalValue * config.targetUtilization),
    totalValue,
    targetBurstCapacity: config.targetBurstCapacity,
    panicThreshold: config.panicThresholdPercentage,
    maxScaleUpRate: config.maxScaleUpRate,
    maxScaleDownRate: config.maxScaleDownRate,
    stableWindow: config.stableWindow,
    reachable: true,
    activationScale: config.activationScale,
  };
}

/** To the nearest whole second, at least one. */
function panicWindowOf(config: KnativeConfig): number {
  return Math.max(BUCKET, Math.floor((config.stableWindow * config.panicWindowPercentage) / SECOND + 0.5) * SECOND);
}

function scaleToZeroRulesOf(config: KnativeConfig): ConstructorParameters<typeof ScaleToZero>[0] {
  return {
    enabled: config.scaleToZero,
    stableWindow: config.stableWindow,
    gracePeriod: config.scaleToZeroGracePeriod,
    podRetention: config.scaleToZeroPodRetention,
    activationTimeout: config.progressDeadline + ACTIVATION_BUFFER,
    activeThreshold: Math.max(1, config.min),
    activatorAlways: config.targetBurstCapacity === -1,
  };
}

export const knative = defineAutoscalerPolicy({
  name: 'knative',
  about:
    'Knative’s Pod Autoscaler: concurrency or rate over a stable window, a panic window for bursts, and scale to zero.',
  product: 'Knative Serving KPA',
  parameters: KNATIVE_PARAMETERS,
  check: checkKnative,
  sources: [
    'knative/serving pkg/autoscaler/scaling/autoscaler.go, pkg/autoscaler/aggregation, pkg/autoscaler/metrics/collector.go (98e5ef90aa)',
    'knative/serving pkg/reconciler/autoscaling/kpa/scaler.go, kpa.go (98e5ef90aa)',
    'knative/serving config/core/configmaps/autoscaler.yaml, deployment.yaml',
  ],
  knownToGetWrong: [
    'It starts in panic where more than one pod is ready, so it cannot scale down for the first stable window.',
    'A panic holds the largest count for a whole stable window after the burst, and every further burst extends it.',
    'Seconds without data at the end of a window are left out of the average, so metrics that stop look like a steady load until the window has passed.',
    'Its rates are relative to the pods that are ready: slow starts make it ask for the same pods again, and a loss of readiness lowers what it may ask for.',
    'The first request after a scale to zero waits for a whole cold start.',
  ],
  create: (config) => new KnativePolicy(config),
});
