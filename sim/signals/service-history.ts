import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import type { Ticker } from '../kernel/ticker.ts';
import { NEVER, SECOND } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import type { Service } from '../world/service.ts';
import type { MetricsSpec } from './metrics.ts';
import { isLive } from './metrics.ts';

/** How often a service is measured for somebody whose metrics have no interval; live ones end at the moment itself. */
const FINEST_STEP = SECOND;

/**
 * A service as a whole over the recent past, seen late: requests in it and requests a second, averaged over any span.
 * Integrals are kept at every step, so that a mean costs a search among the steps. A step that is lost is spanned by
 * the next one's mean; of those that have arrived the newest counts.
 */
export class ServiceHistory {
  private readonly service: Service;
  private readonly metrics: MetricsSpec;
  private readonly disturbances: readonly TelemetryDisturbance[];
  private readonly step: number;
  private readonly live: boolean;
  private readonly jitterDraw: Draw;
  private readonly lossDraw: Draw;
  private taken = 0;
  /** Steps kept: enough for the longest span and the lag. */
  private readonly depth: number;
  private readonly times: Float64Array;
  private readonly seenAt: Float64Array;
  private readonly loadAreas: Float64Array;
  private readonly arrivals: Float64Array;
  private count = 0;

  /** @param owner names the reader, for its draws; @param longest the longest span that is asked for, nanoseconds */
  constructor(
    ticker: Ticker,
    service: Service,
    metrics: MetricsSpec,
    root: RootKey,
    owner: string,
    disturbances: readonly TelemetryDisturbance[],
    longest: number,
  ) {
    this.service = service;
    this.metrics = metrics;
    this.disturbances = disturbances;
    this.step = metrics.interval > 0 ? metrics.interval : FINEST_STEP;
    this.live = isLive(metrics) && disturbances.length === 0;
    this.jitterDraw = new Draw(root, 'metricJitter', owner);
    this.lossDraw = new Draw(root, 'metricLoss', owner);
    this.depth = Math.floor((longest + metrics.lag + metrics.jitter) / this.step) + 4;
    this.times = new Float64Array(this.depth);
    this.seenAt = new Float64Array(this.depth);
    this.loadAreas = new Float64Array(this.depth);
    this.arrivals = new Float64Array(this.depth);
    // Where the first mean begins; nothing to see by itself.
    this.keep(0, NEVER);
    ticker.every(this.step, this.step, (now) => this.take(now));
  }

  private take(now: number): void {
    const { jitter, lag, loss } = this.metrics;
    const number = this.taken++;
    let delay = lag + (jitter > 0 ? uniform(this.jitterDraw.at(0, number, 0)) * jitter : 0);
    for (const { from, until, effect, lag: extra } of this.disturbances) {
      if (now < from || now >= until) continue;
      if (effect !== 'slow') return;
      delay += extra;
    }
    if (loss > 0 && uniform(this.lossDraw.at(0, number, 0)) < loss) return;
    this.keep(now, now + delay);
  }

  private keep(now: number, seenAt: number): void {
    const at = this.count++ % this.depth;
    this.times[at] = now;
    this.seenAt[at] = seenAt;
    this.loadAreas[at] = this.loadArea(now);
    this.arrivals[at] = this.service.dispatches;
  }

  private loadArea(now: number): number {
    let area = this.service.activator?.areaAt(now) ?? 0;
    for (const instance of this.service.instances) {
      instance.touch(now);
      area += instance.loadArea;
    }
    return area;
  }

  /** The moment that the newest visible step speaks of; `-Infinity` before the first. */
  asOf(now: number): number {
    if (this.live) return now;
    const newest = this.newest(now);
    return newest < 0 ? -NEVER : this.times[newest];
  }

  /** Mean number of requests in the service over the last `span` that is visible now; NaN before the first sample. */
  meanLoad(now: number, span: number): number {
    return this.slope(now, span, this.loadAreas, this.live ? this.loadArea(now) : NaN);
  }

  /** Requests a second into the service, over the same. */
  meanRate(now: number, span: number): number {
    return this.slope(now, span, this.arrivals, this.service.dispatches) * SECOND;
  }

  /** @param present the integral at this very moment, where the metrics are live */
  private slope(now: number, span: number, integral: Float64Array, present: number): number {
    const newest = this.live ? (this.count - 1) % this.depth : this.newest(now);
    if (newest < 0) return NaN;
    const end = this.live ? now : this.times[newest];
    const last = this.live ? present : integral[newest];
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
    return length > 0 ? (last - integral[back]) / length : NaN;
  }

  private newest(now: number): number {
    for (let k = this.count - 1; k >= 1 && k > this.count - this.depth; k--) {
      const at = k % this.depth;
      if (this.seenAt[at] <= now) return at;
    }
    return -1;
  }
}
