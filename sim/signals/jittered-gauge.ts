import { MinTree } from '../kernel/min-tree.ts';
import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { NEVER } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import type { Instance } from '../world/instance.ts';
import type { LoadWatcher, Service } from '../world/service.ts';
import type { Gauge, GaugeView, GaugeWatcher } from './gauge-view.ts';
import type { MetricsSpec } from './metrics.ts';

/**
 * Every change, each seen after a delay of its own: lag and jitter. A later change can overtake an earlier one of its
 * instance; then the newest wins and the earlier is never seen. A change costs O(log n) among n instances, and as much
 * again when it is seen; with a window a look costs O(n).
 */
export class JitteredGauge implements GaugeView, LoadWatcher {
  readonly values: Float64Array;
  watcher: GaugeWatcher | null = null;

  private readonly gauge: Gauge;
  private readonly metrics: MetricsSpec;
  private readonly disturbances: readonly TelemetryDisturbance[];
  private readonly jitterDraw: Draw;
  private readonly lossDraw: Draw;
  private readonly now: () => number;
  private changes = 0;

  private readonly logs: ChangeLog[];
  /** When the next change of each instance will be seen. */
  private readonly arrivals: Float64Array;
  private readonly next: MinTree;
  private lastNow = -1;
  /** The moment at which the pipeline is looked at: now, unless its faults hold it back. Never goes back. */
  private lookedAt = -NEVER;
  private begun = false;

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
    this.jitterDraw = new Draw(root, 'metricJitter', owner);
    this.lossDraw = new Draw(root, 'metricLoss', owner);
    const { instances } = service;
    this.logs = instances.map((instance) => new ChangeLog(gauge.value(instance), metrics.window > 0));
    this.values = new Float64Array(instances.length).fill(NaN);
    this.arrivals = new Float64Array(instances.length).fill(NEVER);
    this.next = new MinTree(
      this.arrivals,
      instances.map((_, i) => i),
    );
    service.loadWatchers.push(this);
  }

  loadChanged(instance: Instance): void {
    const value = this.gauge.value(instance);
    const { index } = instance;
    const log = this.logs[index];
    if (log.latest === value) return;
    log.latest = value;
    const { jitter, lag, loss } = this.metrics;
    const number = this.changes++;
    if (loss > 0 && uniform(this.lossDraw.at(0, number, 0)) < loss) return;
    const now = this.now();
    log.push(now, now + lag + uniform(this.jitterDraw.at(0, number, 0)) * jitter, value);
    this.headChanged(index);
  }

  refresh(now: number): void {
    if (now === this.lastNow) return;
    this.lastNow = now;
    const lookedAt = this.effectiveNow(now);
    if (lookedAt - this.metrics.lag < 0 || lookedAt < this.lookedAt) return;
    this.lookedAt = lookedAt;
    if (this.metrics.window > 0) this.average();
    else this.applySeen();
  }

  /** Unless a change of the instance is late, its value is that of `lag` ago; else it holds until just before that change. */
  asOf(index: number): number {
    if (this.lookedAt === -NEVER) return -NEVER;
    return Math.min(this.lookedAt - this.metrics.lag, this.logs[index].nextTime);
  }

  claimedAsOf(index: number): number {
    return this.lookedAt === -NEVER ? -NEVER : Math.max(this.asOf(index), this.lastNow - this.metrics.lag);
  }

  private effectiveNow(now: number): number {
    let time = now;
    for (const { from, until, effect, lag } of this.disturbances) {
      if (now < from || now >= until) continue;
      time = Math.min(time, effect === 'slow' ? now - lag : from);
    }
    return time;
  }

  private applySeen(): void {
    if (!this.begun) {
      this.begun = true;
      this.logs.forEach((log, i) => this.show(i, log.value));
    }
    while (this.arrivals[this.next.min] <= this.lookedAt) {
      const index = this.next.min;
      const log = this.logs[index];
      log.takeNext();
      this.headChanged(index);
      this.show(index, log.value);
    }
  }

  private average(): void {
    const { window } = this.metrics;
    for (let i = 0; i < this.logs.length; i++) {
      const log = this.logs[i];
      while (log.nextArrival <= this.lookedAt) log.takeNext();
      this.headChanged(i);
      this.show(i, log.mean(this.asOf(i), window));
    }
  }

  private show(index: number, value: number): void {
    if (this.values[index] === value) return;
    this.values[index] = value;
    if (this.watcher !== null) this.watcher.viewChanged(index);
  }

  private headChanged(index: number): void {
    const arrival = this.logs[index].nextArrival;
    if (this.arrivals[index] === arrival) return;
    this.arrivals[index] = arrival;
    this.next.update(index);
  }
}

/** The changes of one instance, from the beginning of the window on. */
class ChangeLog {
  /** The value after the last change, seen or not. */
  latest: number;
  /** The value as seen. */
  value: number;

  /** A ring: when it changed, to what, when that is seen, and the integral of the value up to that change. */
  private times = new Float64Array(16);
  private values = new Float64Array(16);
  private arrivals = new Float64Array(16);
  private areas = new Float64Array(16);
  /** The oldest change kept, how many of them have been seen, and how many there are. */
  private head = 0;
  private seen = 0;
  private size = 0;
  /** The value, the integral and its time before the oldest change kept. */
  private baseValue: number;
  private baseArea = 0;
  private baseTime = 0;

  private readonly keepsSeen: boolean;

  /** @param keepsSeen whether changes that have been seen are kept for `mean`, which lets them go */
  constructor(value: number, keepsSeen: boolean) {
    this.latest = value;
    this.value = value;
    this.baseValue = value;
    this.keepsSeen = keepsSeen;
  }

  /** When the next change will be seen, and when it was; `NEVER` if there is none. */
  get nextArrival(): number {
    return this.seen < this.size ? this.arrivals[this.at(this.seen)] : NEVER;
  }

  get nextTime(): number {
    return this.seen < this.size ? this.times[this.at(this.seen)] : NEVER;
  }

  push(time: number, arrival: number, value: number): void {
    if (this.size === this.times.length) this.grow();
    // Whoever sees this change has no more use for those before it.
    for (let i = this.size - 1; i >= this.seen && this.arrivals[this.at(i)] > arrival; i--) {
      this.arrivals[this.at(i)] = arrival;
    }
    const at = this.at(this.size++);
    this.times[at] = time;
    this.values[at] = value;
    this.arrivals[at] = arrival;
  }

  takeNext(): void {
    const at = this.at(this.seen);
    this.areas[at] = this.areaBefore(this.seen, this.times[at]);
    this.value = this.values[at];
    this.seen++;
    if (!this.keepsSeen) this.forgetUpTo(this.times[at]);
  }

  /** Mean over the window that ends at `time`; its beginning never goes back. */
  mean(time: number, window: number): number {
    const begin = Math.max(0, time - window);
    this.forgetUpTo(begin);
    if (time <= begin) return this.value;
    const beginArea = this.baseArea + this.baseValue * (begin - this.baseTime);
    return (this.areaBefore(this.seen, time) - beginArea) / (time - begin);
  }

  /** The integral up to `time`, at which `count` of the changes kept have happened. */
  private areaBefore(count: number, time: number): number {
    if (count === 0) return this.baseArea + this.baseValue * (time - this.baseTime);
    const at = this.at(count - 1);
    return this.areas[at] + this.values[at] * (time - this.times[at]);
  }

  private forgetUpTo(time: number): void {
    while (this.seen > 0 && this.times[this.head] <= time) {
      this.baseTime = this.times[this.head];
      this.baseArea = this.areas[this.head];
      this.baseValue = this.values[this.head];
      this.head = (this.head + 1) & (this.times.length - 1);
      this.seen--;
      this.size--;
    }
  }

  private at(place: number): number {
    return (this.head + place) & (this.times.length - 1);
  }

  private grow(): void {
    const capacity = this.times.length;
    const order = Int32Array.from({ length: capacity }, (_, i) => this.at(i));
    const larger = (old: Float64Array) => {
      const ring = new Float64Array(capacity * 2);
      for (let i = 0; i < capacity; i++) ring[i] = old[order[i]];
      return ring;
    };
    this.times = larger(this.times);
    this.values = larger(this.values);
    this.arrivals = larger(this.arrivals);
    this.areas = larger(this.areas);
    this.head = 0;
  }
}
