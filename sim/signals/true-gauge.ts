import type { Kernel } from '../kernel/kernel.ts';
import type { Instance } from '../world/instance.ts';
import type { LoadWatcher, Service } from '../world/service.ts';
import type { Gauge, GaugeView, GaugeWatcher } from './gauge-view.ts';

/** The truth of the moment. */
export class TrueGauge implements GaugeView, LoadWatcher {
  readonly values: Float64Array;
  watcher: GaugeWatcher | null = null;
  private readonly kernel: Kernel;
  private readonly gauge: Gauge;

  constructor(kernel: Kernel, service: Service, gauge: Gauge) {
    this.kernel = kernel;
    this.gauge = gauge;
    this.values = Float64Array.from(service.instances, (instance) => gauge.value(instance));
    service.loadWatchers.push(this);
  }

  loadChanged(instance: Instance): void {
    const value = this.gauge.value(instance);
    if (this.values[instance.index] === value) return;
    this.values[instance.index] = value;
    if (this.watcher !== null) this.watcher.viewChanged(instance.index);
  }

  refresh(): void {
    // Always up to date.
  }

  asOf(): number {
    return this.kernel.now;
  }

  claimedAsOf(): number {
    return this.kernel.now;
  }
}
