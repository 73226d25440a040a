import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import type { Ticker } from '../kernel/ticker.ts';
import { NEVER } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import type { Instance } from '../world/instance.ts';
import type { Service } from '../world/service.ts';
import type { Gauge, GaugeView, GaugeWatcher } from './gauge-view.ts';
import type { MetricsSpec } from './metrics.ts';

/**
 * Samples taken every `interval`, averaged over `window`, seen after `lag` and jitter, some of them never. Cost: O(n)
 * for each round of samples, O(1) to read.
 */
export class SampledGauge implements GaugeView {
  readonly values: Float64Array;
  watcher: GaugeWatcher | null = null;

  private readonly service: Service;
  private readonly gauge: Gauge;
  private readonly metrics: MetricsSpec;
  private readonly disturbances: readonly TelemetryDisturbance[];
  private readonly jitterDraw: Draw;
  private readonly lossDraw: Draw;

  private readonly seenAsOf: Float64Array;
  private readonly seenClaim: Float64Array;

  /** For each instance a ring of `depth` samples on their way. */
  private readonly depth: number;
  private readonly asOfs: Float64Array;
  private readonly claims: Float64Array;
  private readonly arrivals: Float64Array;
  private readonly samples: Float64Array;
  private readonly heads: Int32Array;
  private readonly counts: Int32Array;
  private nextArrival = NEVER;

  /** Integrals at the beginnings of the windows that are open: a ring of rounds for each instance. */
  private readonly windows: number;
  private readonly opened: Float64Array;
  private readonly openedAt: Float64Array;
  private readonly openRound: Int32Array;
  private readonly closeRound: Int32Array;
  /** Last sample taken, for telemetry that freezes. */
  private readonly lastTaken: Float64Array;
  private readonly lastTakenAt: Float64Array;

  constructor(
    ticker: Ticker,
    service: Service,
    gauge: Gauge,
    metrics: MetricsSpec,
    root: RootKey,
    owner: string,
    disturbances: readonly TelemetryDisturbance[],
  ) {
    this.service = service;
    this.gauge = gauge;
    this.metrics = metrics;
    this.disturbances = disturbances;
    this.jitterDraw = new Draw(root, 'metricJitter', owner);
    this.lossDraw = new Draw(root, 'metricLoss', owner);
    const n = service.instances.length;
    const { interval, lag, jitter, window } = metrics;
    this.depth = Math.floor((lag + jitter + slowest(disturbances)) / interval) + 2;
    this.windows = Math.floor(window / interval) + 2;
    this.values = new Float64Array(n).fill(NaN);
    this.seenAsOf = new Float64Array(n).fill(-NEVER);
    this.seenClaim = new Float64Array(n).fill(-NEVER);
    this.asOfs = new Float64Array(n * this.depth);
    this.claims = new Float64Array(n * this.depth);
    this.arrivals = new Float64Array(n * this.depth);
    this.samples = new Float64Array(n * this.depth);
    this.heads = new Int32Array(n);
    this.counts = new Int32Array(n);
    this.opened = new Float64Array(n * this.windows);
    this.openedAt = new Float64Array(n * this.windows);
    this.openRound = new Int32Array(n);
    this.closeRound = new Int32Array(n);
    this.lastTaken = new Float64Array(n).fill(NaN);
    this.lastTakenAt = new Float64Array(n).fill(-NEVER);
    this.schedule(ticker, root, owner);
  }

  private schedule(ticker: Ticker, root: RootKey, owner: string): void {
    const { interval, window, phase, offset } = this.metrics;
    const phaseDraw = new Draw(root, 'metricPhase', owner);
    const firstOf = (subject: number): number => offset ?? Math.floor(uniform(phaseDraw.at(0, subject, 0)) * interval);
    const subjects: (readonly Instance[])[] =
      phase === 'together' ? [this.service.instances] : this.service.instances.map((instance) => [instance]);
    subjects.forEach((instances, subject) => {
      const first = phase === 'together' || offset === null ? firstOf(subject) : (offset * (subject + 1)) % interval;
      if (window > 0) this.scheduleWindows(ticker, instances, first);
      let round = 0;
      ticker.every(interval, first, (now) => {
        for (const instance of instances) this.take(instance, round, now);
        round++;
      });
    });
  }

  /** Windows open `window` before their sample; those that would have opened before the start open at once. */
  private scheduleWindows(ticker: Ticker, instances: readonly Instance[], first: number): void {
    const { interval, window } = this.metrics;
    let next = first - window;
    while (next < 0) {
      for (const instance of instances) this.openWindow(instance, 0);
      next += interval;
    }
    ticker.every(interval, next, (now) => {
      for (const instance of instances) this.openWindow(instance, now);
    });
  }

  private openWindow(instance: Instance, now: number): void {
    instance.touch(now);
    const { index } = instance;
    const at = index * this.windows + (this.openRound[index]++ % this.windows);
    this.opened[at] = this.gauge.area(instance);
    this.openedAt[at] = now;
  }

  /** The mean over the window that ends now, or the value of the moment. */
  private measure(instance: Instance, now: number): number {
    if (this.metrics.window === 0) return this.gauge.value(instance);
    instance.touch(now);
    const { index } = instance;
    const at = index * this.windows + (this.closeRound[index]++ % this.windows);
    const span = now - this.openedAt[at];
    return span > 0 ? (this.gauge.area(instance) - this.opened[at]) / span : this.gauge.value(instance);
  }

  private take(instance: Instance, round: number, now: number): void {
    const { index } = instance;
    const { jitter, lag, loss } = this.metrics;
    let value = this.measure(instance, now);
    let asOf = now;
    let delay = lag + (jitter > 0 ? uniform(this.jitterDraw.at(index, round, 0)) * jitter : 0);
    for (const { from, until, effect, lag: extra } of this.disturbances) {
      if (now < from || now >= until) continue;
      if (effect === 'lose') return;
      if (effect === 'slow') delay += extra;
      if (effect === 'freeze' && this.lastTakenAt[index] > -NEVER) {
        value = this.lastTaken[index];
        asOf = this.lastTakenAt[index];
      }
    }
    this.lastTaken[index] = value;
    this.lastTakenAt[index] = asOf;
    if (loss > 0 && uniform(this.lossDraw.at(index, round, 0)) < loss) return;
    if (this.counts[index] === this.depth) this.absorb(index, now);
    const at = index * this.depth + ((this.heads[index] + this.counts[index]++) % this.depth);
    this.asOfs[at] = asOf;
    this.claims[at] = now;
    this.arrivals[at] = now + delay;
    this.samples[at] = value;
    if (now + delay < this.nextArrival) this.nextArrival = now + delay;
  }

  refresh(now: number): void {
    if (now < this.nextArrival) return;
    this.nextArrival = NEVER;
    for (let i = 0; i < this.values.length; i++) this.absorb(i, now);
  }

  /** Takes in what has arrived of one instance: the newest counts, whatever the order of arrival. */
  private absorb(index: number, now: number): void {
    const { depth } = this;
    let kept = 0;
    const count = this.counts[index];
    const base = index * depth;
    const head = this.heads[index];
    for (let k = 0; k < count; k++) {
      const at = base + ((head + k) % depth);
      if (this.arrivals[at] > now) {
        if (this.arrivals[at] < this.nextArrival) this.nextArrival = this.arrivals[at];
        const to = base + ((head + kept++) % depth);
        this.asOfs[to] = this.asOfs[at];
        this.claims[to] = this.claims[at];
        this.arrivals[to] = this.arrivals[at];
        this.samples[to] = this.samples[at];
        continue;
      }
      if (this.claims[at] <= this.seenClaim[index]) continue;
      this.seenClaim[index] = this.claims[at];
      this.seenAsOf[index] = this.asOfs[at];
      this.values[index] = this.samples[at];
      if (this.watcher !== null) this.watcher.viewChanged(index);
    }
    this.counts[index] = kept;
  }

  asOf(index: number): number {
    return this.seenAsOf[index];
  }

  claimedAsOf(index: number): number {
    return this.seenClaim[index];
  }
}

/** The longest extra delay of a sample: that of all faults that last at once. */
function slowest(disturbances: readonly TelemetryDisturbance[]): number {
  let most = 0;
  for (const { from } of disturbances) {
    let extra = 0;
    for (const other of disturbances) {
      if (other.effect === 'slow' && other.from <= from && from < other.until) extra += other.lag;
    }
    most = Math.max(most, extra);
  }
  return most;
}
