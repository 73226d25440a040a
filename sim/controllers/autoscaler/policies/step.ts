import type { z } from 'zod';
import { duration, flag, integer, share } from '../../parameters.ts';
import type { AutoscalerPolicy, ScalerView } from '../policy.ts';
import { defineAutoscalerPolicy } from '../policy.ts';
import { meanUtilization } from './load-metric.ts';
import { checkReplicaRange, clampReplicas, REPLICA_RANGE } from './replica-range.ts';

const SOURCE = 'overcontrol';

const PARAMETERS = {
  ...REPLICA_RANGE,
  period: duration({ about: 'Time between evaluations.', default: '15s', min: '1ms', source: SOURCE }),
  scaleUpAt: share({ about: 'Mean utilization above which it adds replicas.', default: '80%', source: SOURCE }),
  scaleDownAt: share({ about: 'Mean utilization below which it removes replicas.', default: '30%', source: SOURCE }),
  scaleUpBy: integer({ about: 'Replicas added at once.', default: 1, min: 1, source: SOURCE }),
  scaleDownBy: integer({ about: 'Replicas removed at once.', default: 1, min: 1, source: SOURCE }),
  cooldown: duration({ about: 'How long after a change before the next.', default: '60s', source: SOURCE }),
  countLoading: flag({
    about: 'Whether what was asked for and is not ready yet counts as room before it adds more.',
    default: false,
    source: 'overcontrol; inference-sim PR 1173 (pending supply)',
  }),
};

export type StepConfig = z.output<z.ZodObject<typeof PARAMETERS>>;

/** Two thresholds, two step sizes and a cooldown: the simplest autoscaler that does not flap at one threshold. */
export class StepPolicy implements AutoscalerPolicy {
  readonly period: number;
  private readonly config: StepConfig;
  private quietUntil = -Infinity;

  constructor(config: StepConfig) {
    this.period = config.period;
    this.config = config;
  }

  decide(now: number, view: ScalerView): number {
    const replicas = clampReplicas(this.step(now, view), this.config);
    if (replicas !== view.replicas) this.quietUntil = now + this.config.cooldown;
    return replicas;
  }

  private step(now: number, view: ScalerView): number {
    const { scaleUpAt, scaleDownAt, scaleUpBy, scaleDownBy } = this.config;
    if (now < this.quietUntil) return view.replicas;
    const utilization = meanUtilization(view);
    if (utilization * this.shareReady(view) > scaleUpAt) return view.replicas + scaleUpBy;
    if (utilization < scaleDownAt) return view.replicas - scaleDownBy;
    return view.replicas;
  }

  /** Of the replicas asked for; 1 if those that load do not count. */
  private shareReady({ ready, replicas }: ScalerView): number {
    return this.config.countLoading && ready < replicas ? ready / replicas : 1;
  }
}

export const step = defineAutoscalerPolicy({
  name: 'step',
  about:
    'Adds or removes a fixed number of replicas when mean utilization passes a threshold, then waits for a cooldown.',
  parameters: PARAMETERS,
  check: (config) => {
    if (config.scaleDownAt < config.scaleUpAt) return checkReplicaRange(config);
    return 'scaleDownAt must be below scaleUpAt, else it changes for ever';
  },
  sources: ['overcontrol'],
  knownToGetWrong: [
    'A fixed step is too small for a large service and too large for a small one.',
    'Where a step carries utilization across the other threshold, it flaps once every cooldown.',
    'A cooldown shorter than start-up and metric lag together counts what is under way as missing, and overshoots, unless `countLoading` is set.',
  ],
  create: (config) => new StepPolicy(config),
});
