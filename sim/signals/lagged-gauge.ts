import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { NEVER } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import type { Instance } from '../world/instance.ts';
import type { LoadWatcher, Service } from '../world/service.ts';
import type { Gauge, GaugeView, GaugeWatcher } from './gauge-view.ts';
import type { MetricsSpec } from './metrics.ts';

/**
 * Every change, seen after the same delay and averaged over a window: the state of `lag` ago. Changes of all instances
 * go through one ring and are applied when somebody looks, so that a change costs O(1) however many look. Where each
 * has a delay of its own: `JitteredGauge`.
 */
export class LaggedGauge implements GaugeView, LoadWatcher {
  readonly values: Float64Array;
  watcher: GaugeWatcher | null = null;

  private readonly gauge: Gauge;
  private readonly metrics: MetricsSpec;
  private readonly disturbances: readonly TelemetryDisturbance[];
  private readonly lossDraw: Draw;
  private readonly now: () => number;
  private changes = 0;

  /** The ring: when it changed, on which instance, to what. */
  private times = new Float64Array(1024);
  private values_ = new Float64Array(1024);
  private instances = new Int32Array(1024);
  private head = 0;
  private size = 0;

  /** The state of each instance at `shownAt`, and at the beginning of its window. */
  private readonly end: Front;
  private readonly begin: Front | null;
  private beginAt = 0;
  private shownAt = -NEVER;
  private lastNow = -1;
  /** Values as they were at each instance's last change, so that only changes are logged. */
  private readonly latest: Float64Array;

  constructor(
    now: () => number,
    service: Service,
    gauge: Gauge,
    metrics: MetricsSpec,
    root: RootKey,
    owner: string,
    disturbances: readonly TelemetryDisturbance[],
  ) {
    this.now = now;
    this.gauge = gauge;
    this.metrics = metrics;
    this.disturbances = disturbances;
    this.lossDraw = new Draw(root, 'metricLoss', owner);
    this.latest = Float64Array.from(service.instances, (instance) => gauge.value(instance));
    this.end = new Front(this.latest);
    this.begin = metrics.window > 0 ? new Front(this.latest) : null;
    this.values = new Float64Array(service.instances.length).fill(NaN);
    service.loadWatchers.push(this);
  }

  loadChanged(instance: Instance): void {
    const value = this.gauge.value(instance);
    const { index } = instance;
    if (this.latest[index] === value) return;
    this.latest[index] = value;
    const { loss } = this.metrics;
    const number = this.changes++;
    if (loss > 0 && uniform(this.lossDraw.at(0, number, 0)) < loss) return;
    if (this.size === this.times.length) this.grow();
    const at = (this.head + this.size) & (this.times.length - 1);
    this.times[at] = this.now();
    this.values_[at] = value;
    this.instances[at] = index;
    this.size++;
  }

  refresh(now: number): void {
    if (now === this.lastNow) return;
    this.lastNow = now;
    const shownAt = this.effectiveTime(now);
    if (shownAt < 0 || shownAt < this.shownAt) return;
    if (this.shownAt === -NEVER) this.showAll();
    this.shownAt = shownAt;
    if (this.begin === null) this.applyUpTo(shownAt);
    else this.average(shownAt);
  }

  asOf(): number {
    return this.shownAt;
  }

  claimedAsOf(): number {
    return this.shownAt === -NEVER ? -NEVER : Math.max(this.shownAt, this.lastNow - this.metrics.lag);
  }

  /** The moment whose state is seen at `now`, as faults of the telemetry leave it. */
  private effectiveTime(now: number): number {
    let time = now - this.metrics.lag;
    for (const { from, until, effect, lag } of this.disturbances) {
      if (now < from || now >= until) continue;
      time = Math.min(time, effect === 'slow' ? now - this.metrics.lag - lag : from - this.metrics.lag);
    }
    return time;
  }

  private showAll(): void {
    for (let i = 0; i < this.values.length; i++) {
      this.values[i] = this.end.values[i];
      if (this.watcher !== null) this.watcher.viewChanged(i);
    }
  }

  private applyUpTo(time: number): void {
    const mask = this.times.length - 1;
    while (this.size > 0 && this.times[this.head] <= time) {
      const index = this.instances[this.head];
      this.values[index] = this.values_[this.head];
      if (this.watcher !== null) this.watcher.viewChanged(index);
      this.head = (this.head + 1) & mask;
      this.size--;
    }
  }

  /** Means over (time - window, time]: two fronts run over the same ring, a window apart. */
  private average(time: number): void {
    const window = Math.min(this.metrics.window, time);
    const begin = this.begin!;
    const mask = this.times.length - 1;
    for (let i = this.end.done; i < this.size; i = this.end.done) {
      const at = (this.head + i) & mask;
      if (this.times[at] > time) break;
      this.end.apply(this.instances[at], this.times[at], this.values_[at]);
      this.end.done++;
    }
    while (this.size > 0 && this.times[this.head] <= time - window) {
      begin.apply(this.instances[this.head], this.times[this.head], this.values_[this.head]);
      this.head = (this.head + 1) & mask;
      this.size--;
      this.end.done--;
    }
    this.beginAt = time - window;
    for (let i = 0; i < this.values.length; i++) {
      const mean =
        window > 0 ? (this.end.areaAt(i, time) - begin.areaAt(i, this.beginAt)) / window : this.end.values[i];
      if (mean === this.values[i]) continue;
      this.values[i] = mean;
      if (this.watcher !== null) this.watcher.viewChanged(i);
    }
  }

  private grow(): void {
    const capacity = this.times.length;
    const times = new Float64Array(capacity * 2);
    const values = new Float64Array(capacity * 2);
    const instances = new Int32Array(capacity * 2);
    for (let i = 0; i < capacity; i++) {
      const from = (this.head + i) & (capacity - 1);
      times[i] = this.times[from];
      values[i] = this.values_[from];
      instances[i] = this.instances[from];
    }
    this.times = times;
    this.values_ = values;
    this.instances = instances;
    this.head = 0;
  }
}

/** The state of all instances at one moment that moves on over the log of changes: values, and integrals. */
class Front {
  readonly values: Float64Array;
  done = 0;
  private readonly areas: Float64Array;
  private readonly since: Float64Array;

  constructor(initial: Float64Array) {
    this.values = Float64Array.from(initial);
    this.areas = new Float64Array(initial.length);
    this.since = new Float64Array(initial.length);
  }

  apply(index: number, time: number, value: number): void {
    this.areas[index] += this.values[index] * (time - this.since[index]);
    this.since[index] = time;
    this.values[index] = value;
  }

  areaAt(index: number, time: number): number {
    return this.areas[index] + this.values[index] * (time - this.since[index]);
  }
}
