import type { Ticker } from '../kernel/ticker.ts';
import { NEVER, SECOND } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import type { Service } from '../world/service.ts';
import type { MetricsSpec } from './metrics.ts';

/** How often a service is measured for somebody whose metrics have no interval. */
const FINEST_STEP = SECOND;

/**
 * A service as a whole over the recent past, seen late: requests in it and requests a second, averaged over any span.
 * Integrals are kept at every step, so that a mean costs a search among the steps.
 */
export class ServiceHistory {
  private readonly service: Service;
  private readonly metrics: MetricsSpec;
  private readonly disturbances: readonly TelemetryDisturbance[];
  private readonly step: number;
  /** Steps kept: enough for the longest span and the lag. */
  private readonly depth: number;
  private readonly times: Float64Array;
  private readonly loadAreas: Float64Array;
  private readonly arrivals: Float64Array;
  private count = 0;

  /** @param longest the longest span that is asked for, nanoseconds */
  constructor(
    ticker: Ticker,
    service: Service,
    metrics: MetricsSpec,
    disturbances: readonly TelemetryDisturbance[],
    longest: number,
  ) {
    this.service = service;
    this.metrics = metrics;
    this.disturbances = disturbances;
    this.step = metrics.interval > 0 ? metrics.interval : FINEST_STEP;
    this.depth = Math.floor((longest + metrics.lag + metrics.jitter) / this.step) + 4;
    this.times = new Float64Array(this.depth);
    this.loadAreas = new Float64Array(this.depth);
    this.arrivals = new Float64Array(this.depth);
    this.take(0);
    ticker.every(this.step, this.step, (now) => this.take(now));
  }

  private take(now: number): void {
    for (const { from, until, effect } of this.disturbances) {
      if (effect !== 'slow' && now >= from && now < until) return;
    }
    let area = 0;
    for (const instance of this.service.instances) {
      instance.touch(now);
      area += instance.loadArea;
    }
    const at = this.count++ % this.depth;
    this.times[at] = now;
    this.loadAreas[at] = area;
    this.arrivals[at] = this.service.dispatches;
  }

  /** The moment that the newest visible step speaks of; `-Infinity` before the first. */
  asOf(now: number): number {
    const newest = this.newest(now);
    return newest < 0 ? -NEVER : this.times[newest];
  }

  /** Mean number of requests in the service over the last `span` that is visible now; NaN before the first sample. */
  meanLoad(now: number, span: number): number {
    return this.slope(now, span, this.loadAreas);
  }

  /** Requests a second into the service, over the same. */
  meanRate(now: number, span: number): number {
    return this.slope(now, span, this.arrivals) * SECOND;
  }

  private slope(now: number, span: number, integral: Float64Array): number {
    const newest = this.newest(now);
    if (newest < 0) return NaN;
    const end = this.times[newest];
    const begin = Math.max(0, end - Math.max(span, this.step));
    if (end <= begin) return NaN;
    let back = newest;
    let steps = Math.min(this.count, this.depth) - 1;
    while (steps > 0 && this.times[back] > begin) {
      const before = (back + this.depth - 1) % this.depth;
      if (this.times[before] > this.times[back]) break;
      back = before;
      steps--;
    }
    const length = end - this.times[back];
    return length > 0 ? (integral[newest] - integral[back]) / length : NaN;
  }

  private newest(now: number): number {
    let { lag } = this.metrics;
    for (const { from, until, effect, lag: extra } of this.disturbances) {
      if (effect === 'slow' && now >= from && now < until) lag += extra;
    }
    for (let k = this.count - 1; k >= 1 && k > this.count - this.depth; k--) {
      const at = k % this.depth;
      if (this.times[at] <= now - lag) return at;
    }
    return -1;
  }
}
