import type { Kernel } from '../kernel/kernel.ts';
import type { RootKey } from '../kernel/random.ts';
import type { Ticker } from '../kernel/ticker.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import type { Service } from '../world/service.ts';
import type { Gauge, GaugeView } from './gauge-view.ts';
import { JitteredGauge } from './jittered-gauge.ts';
import { LaggedGauge } from './lagged-gauge.ts';
import type { MetricsSpec } from './metrics.ts';
import { isLive } from './metrics.ts';
import { SampledGauge } from './sampled-gauge.ts';
import { TrueGauge } from './true-gauge.ts';

/** Who reads a gauge, and what stands between it and the truth. */
export interface GaugeReader {
  readonly kernel: Kernel;
  readonly ticker: Ticker;
  readonly root: RootKey;
  /** Names the reader: its draws are keyed by it. */
  readonly owner: string;
  readonly metrics: MetricsSpec;
  readonly disturbances: readonly TelemetryDisturbance[];
}

/** A view of a gauge through the reader's pipeline: the truth, the truth of a while ago, or samples. */
export function buildGauge(service: Service, gauge: Gauge, reader: GaugeReader): GaugeView {
  const { kernel, ticker, root, owner, metrics, disturbances } = reader;
  if (isLive(metrics) && disturbances.length === 0) return new TrueGauge(kernel, service, gauge);
  if (metrics.interval > 0) return new SampledGauge(ticker, service, gauge, metrics, root, owner, disturbances);
  const Every = metrics.jitter > 0 ? JitteredGauge : LaggedGauge;
  return new Every(() => kernel.now, service, gauge, metrics, root, owner, disturbances);
}
