import type { OwnDraws, PolicyDefinition } from '../definition.ts';
import { definePolicy } from '../definition.ts';

/** One instance as the autoscaler sees it. Times are simulated nanoseconds. */
export interface InstanceView {
  /** When it was launched; −Infinity for one that was there before the run, and so has long been warm. */
  startedAt: number;
  /** When it last became ready or unready; `startedAt` while it never has. */
  readyChangedAt: number;
  ready: boolean;
  /** Terminating: it finishes what it has and takes nothing new. */
  leaving: boolean;
  /** Share of its concurrency in use, averaged over the metric's window; NaN where no metric has been seen. */
  utilization: number;
  /** Requests in it, queued and in service, averaged over the window; NaN where no metric has been seen. */
  concurrency: number;
  /** End of the window that the metric covers. */
  metricAt: number;
}

/** What an autoscaler sees of its service at one evaluation, late and partial as its metrics are. */
export interface ScalerView {
  /** Replicas last asked for. */
  replicas: number;
  ready: number;
  /** Launched or leaving ones included. */
  instances: readonly InstanceView[];
  /** Requests a second into the service, averaged over the metric's window; NaN before the first sample. */
  requestRate: number;
  /**
   * Requests in the service, queued and in service, averaged over the metric's window; NaN before the first sample. Those
   * that wait because there is no replica count too, else nothing would ever leave zero.
   */
  concurrency: number;
  /** The metric's window, nanoseconds; 0 for an instantaneous one. */
  window: number;
  /** The moment that the metrics speak of. */
  asOf: number;
  /**
   * Recent history of `concurrency` and `requestRate`, for policies with windows of their own: the mean over the last
   * `span` nanoseconds before `asOf`, or over as much of them as there has been; NaN before the first sample.
   */
  meanConcurrency(span: number): number;
  meanRequestRate(span: number): number;
}

/** The rule of an autoscaler. Pure: evaluated every `period`, it returns how many replicas it wants. */
export interface AutoscalerPolicy {
  /** Nanoseconds between evaluations. */
  readonly period: number;
  /** Evaluated besides as soon as a request finds no replica at all, as Knative's activator pokes its autoscaler. */
  readonly wakesFromZero?: boolean;
  /** Requests that find no replica at all are held until there is one, instead of being refused. */
  readonly holdsAtZero?: boolean;
  /** Replicas wanted, a whole number; `view.replicas` to leave them. */
  decide(now: number, view: ScalerView): number;
}

export type AutoscalerPolicyDefinition = PolicyDefinition<AutoscalerPolicy, OwnDraws>;
export const defineAutoscalerPolicy = definePolicy<AutoscalerPolicy, OwnDraws>();
