import type { z } from 'zod';
import { duration, rate, share } from '../../parameters.ts';
import type { AutoscalerPolicy, ScalerView } from '../policy.ts';
import { defineAutoscalerPolicy } from '../policy.ts';
import { LinearTrend } from './linear-trend.ts';
import { checkReplicaRange, clampReplicas, REPLICA_RANGE } from './replica-range.ts';
import { SlidingMaximum } from './sliding-maximum.ts';

const SOURCE = 'overcontrol';

const PARAMETERS = {
  ...REPLICA_RANGE,
  period: duration({ about: 'Time between evaluations.', default: '15s', min: '1ms', source: SOURCE }),
  capacity: rate({ about: 'Requests a second that one replica can serve.', min: '0.001/s' }),
  target: share({
    about: 'How much of that capacity a replica should use.',
    default: '80%',
    min: '1%',
    source: SOURCE,
  }),
  window: duration({
    about: 'How far back the trend of the request rate is fitted.',
    default: '2m',
    min: '1ms',
    source: SOURCE,
  }),
  lead: duration({
    about: 'How far ahead of now the trend is read: about as long as a replica takes to start.',
    default: '60s',
    source: SOURCE,
  }),
  scaleDownDelay: duration({
    about: 'Scale down only as far as the most replicas wanted in this long.',
    default: '5m',
    source: SOURCE,
  }),
};

export type PredictiveConfig = z.output<z.ZodObject<typeof PARAMETERS>>;

/**
 * Scales on a leading indicator: a straight line through the request rate of the last `window`, read `lead` ahead of now
 * (and so across the metric's own lag as well), over what one replica should carry. It never asks for less than the rate
 * as last seen needs: a falling trend waits, a rising one does not. Until half a window has been seen there is no trend.
 */
export class PredictivePolicy implements AutoscalerPolicy {
  readonly period: number;
  private readonly config: PredictiveConfig;
  private readonly perReplica: number;
  private readonly trend: LinearTrend;
  private readonly wanted: SlidingMaximum;
  private ordinal = 0;

  constructor(config: PredictiveConfig) {
    this.period = config.period;
    this.config = config;
    this.perReplica = config.capacity * config.target;
    this.trend = new LinearTrend(Math.floor(config.window / config.period) + 2);
    this.wanted = new SlidingMaximum(Math.floor(config.scaleDownDelay / config.period) + 1);
  }

  /** The request rate expected `lead` after `now`; NaN before the first sample. */
  predict(now: number, view: ScalerView): number {
    const { lead, window } = this.config;
    const ahead = this.trend.valueAt(now + lead, view.asOf - window, window / 2);
    return Math.max(view.requestRate, ahead);
  }

  decide(now: number, view: ScalerView): number {
    if (Number.isNaN(view.requestRate)) return view.replicas;
    this.trend.add(view.asOf, view.requestRate);
    // Less a billionth, so that rounding noise adds no replica.
    const needed = -Math.floor(1e-9 - this.predict(now, view) / this.perReplica);
    this.wanted.record(this.ordinal++, needed);
    return clampReplicas(this.wanted.current, this.config);
  }
}

export const predictive = defineAutoscalerPolicy({
  name: 'predictive',
  about:
    'Sizes the service for the request rate that a linear trend of recent traffic expects by the time a replica is up.',
  parameters: PARAMETERS,
  check: checkReplicaRange,
  sources: ['overcontrol'],
  knownToGetWrong: [
    'A straight line overshoots where a ramp ends, by its slope times the lead, and misses a step altogether.',
    'Noise in the request rate is a slope too: a short window with a long lead amplifies it.',
    'It believes its configured capacity: where replicas slow down, it is wrong by as much and never learns.',
    'Retries are requests, so a failing service looks like a growing one.',
  ],
  create: (config) => new PredictivePolicy(config),
});
