import type { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { choice, duration, flag, integer, number } from '../../parameters.ts';
import type { AutoscalerPolicy, ScalerView } from '../policy.ts';
import { defineAutoscalerPolicy } from '../policy.ts';
import { HorizontalAutoscaler } from './horizontal-autoscaler.ts';
import { proposeForTotal } from './hpa.ts';
import { behaviorOf, HPA_PARAMETERS, tolerancesOf } from './hpa-parameters.ts';
import { largestProposal, type Tolerances } from './replica-calculator.ts';

const SPEC = 'kedacore/keda apis/keda/v1alpha1/scaledobject_types.go';

const PARAMETERS = {
  min: integer({ about: 'minReplicaCount; with 0 it scales to zero.', default: 0, source: SPEC }),
  max: integer({ about: 'maxReplicaCount.', default: 100, min: 1, source: SPEC }),
  idle: integer({
    about: 'idleReplicaCount: replicas while no trigger is active, below min; only 0 is supported. None if left out.',
    max: 0,
  }).optional(),
  metric: choice(['concurrency', 'requestRate'], {
    about: 'The trigger’s metric over the whole service: requests in it, waiting ones included, or requests a second.',
    default: 'concurrency',
    source: 'overcontrol',
  }),
  threshold: number({ about: 'The trigger’s target for each replica.', min: 0.001 }),
  activationThreshold: number({
    about: 'The trigger is active above this.',
    default: 0,
    min: 0,
    source: 'kedacore/keda pkg/scalers, activation thresholds',
  }),
  pollingInterval: duration({
    about: 'Time between looks at the trigger, whole seconds.',
    default: '30s',
    min: '1s',
    source: SPEC,
  }),
  cooldownPeriod: duration({
    about: 'How long after the trigger was last active before it scales to zero or idle.',
    default: '300s',
    source: SPEC,
  }),
  initialCooldownPeriod: duration({
    about: 'The same from its creation, for a trigger that never was active.',
    default: '0s',
    source: SPEC,
  }),
  holdsAtZero: flag({
    about:
      'Whether requests that find no replica are held until there is one, as in a queue or by the HTTP add-on’s interceptor; else they are refused.',
    default: true,
    source: 'kedacore/http-add-on interceptor; KEDA alone holds nothing, but the queue that a trigger looks at does',
  }),
  ...HPA_PARAMETERS,
};

export type KedaConfig = z.output<z.ZodObject<typeof PARAMETERS>>;

/**
 * KEDA: it turns a workload on and off between 0 (or idle) and its first replicas, and leaves everything above to the
 * Horizontal Pod Autoscaler that it creates.
 *
 * Source: kedacore/keda pkg/scaling/executor/scale_scaledobjects.go (8b4f083ca).
 */
export class KedaPolicy implements AutoscalerPolicy {
  readonly period: number;
  readonly holdsAtZero: boolean;
  private readonly config: KedaConfig;
  private readonly target: number;
  private readonly tolerances: Tolerances;
  private readonly autoscaler: HorizontalAutoscaler;
  private createdAt = NaN;
  private lastActiveAt = NaN;
  private nextPoll = -Infinity;
  private nextSync = -Infinity;

  constructor(config: KedaConfig) {
    this.config = config;
    this.holdsAtZero = config.holdsAtZero;
    this.period = commonInterval(config.pollingInterval, config.syncPeriod);
    this.target = Math.floor(config.threshold * 1000 + 0.5);
    this.tolerances = tolerancesOf(config);
    this.autoscaler = new HorizontalAutoscaler({
      min: Math.max(1, config.min),
      max: config.max,
      downscaleStabilization: config.downscaleStabilization,
      behavior: behaviorOf(config),
    });
  }

  decide(now: number, view: ScalerView): number {
    if (Number.isNaN(this.createdAt)) this.createdAt = now;
    const value = this.config.metric === 'concurrency' ? view.concurrency : view.requestRate;
    let replicas = view.replicas;
    if (now >= this.nextPoll) {
      this.nextPoll = now + this.config.pollingInterval;
      replicas = this.poll(now, replicas, value);
    }
    if (now >= this.nextSync) {
      this.nextSync = now + this.config.syncPeriod;
      // Where KEDA has just acted, the autoscaler sees the result at its next sync.
      if (replicas === view.replicas) replicas = this.sync(now, view, value);
    }
    return replicas;
  }

  /** A look at the trigger; a metric that cannot be had changes nothing. */
  private poll(now: number, replicas: number, value: number): number {
    const { min, idle, activationThreshold } = this.config;
    if (Number.isNaN(value)) return replicas;
    if (value > activationThreshold) {
      this.lastActiveAt = now;
      const off = replicas === 0 || (idle !== undefined && replicas < min);
      return off ? Math.max(1, min) : replicas;
    }
    if (idle !== undefined ? replicas > idle : replicas > 0 && min === 0) {
      return this.hasCooledDown(now) ? (idle ?? 0) : replicas;
    }
    return idle === undefined ? Math.max(replicas, min) : replicas;
  }

  private hasCooledDown(now: number): boolean {
    const { cooldownPeriod, initialCooldownPeriod } = this.config;
    if (Number.isNaN(this.lastActiveAt)) return this.createdAt + initialCooldownPeriod < now;
    return this.lastActiveAt + cooldownPeriod < now;
  }

  private sync(now: number, view: ScalerView, value: number): number {
    const proposal = proposeForTotal(view, value, this.target, this.tolerances);
    return this.autoscaler.reconcile(now, view.replicas, largestProposal(view.replicas, [proposal]));
  }
}

/** The longest interval that both are multiples of. */
function commonInterval(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

function checkKeda({ min, max, idle, pollingInterval, syncPeriod }: KedaConfig): string | undefined {
  if (min > max) return `min is ${min}, but max is only ${max}; min must not be above max`;
  if (idle !== undefined && idle >= min) return `idle is ${idle}; it must be below min, which is ${min}`;
  if (pollingInterval % SECOND !== 0 || syncPeriod % SECOND !== 0) {
    return 'pollingInterval and syncPeriod must be whole seconds';
  }
  return undefined;
}

export const keda = defineAutoscalerPolicy({
  name: 'keda',
  about: 'KEDA: from zero to the first replicas on a polled trigger, above that by a Horizontal Pod Autoscaler.',
  product: 'KEDA ScaledObject',
  parameters: PARAMETERS,
  check: checkKeda,
  sources: [
    'kedacore/keda pkg/scaling/executor/scale_scaledobjects.go, apis/keda/v1alpha1/scaledobject_types.go (8b4f083ca)',
    'https://keda.sh/docs/latest/reference/scaledobject-spec/',
    'kubernetes pkg/controller/podautoscaler',
  ],
  knownToGetWrong: [
    'The first request after zero waits for the next poll, up to half a minute, before anything is even launched.',
    'The cooldown holds back only the last step to zero: from many replicas to one is the autoscaler’s own stabilisation.',
    'A short request between two polls is never seen, so a trickle of traffic can stay off for long.',
    'It counts what waits, so work that nobody awaits any more keeps it scaled out.',
    'Everything that the Horizontal Pod Autoscaler gets wrong above one replica.',
  ],
  create: (config) => new KedaPolicy(config),
});
