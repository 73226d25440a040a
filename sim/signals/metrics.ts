/**
 * How a layer's metrics reach it. Every detail here moves published results by factors, so each is a parameter.
 * Times in nanoseconds. Lag, interval, window, jitter and loss all 0 is the truth itself.
 */
export interface MetricsSpec {
  /** Transport and processing: a sample is seen this long after it was true. */
  readonly lag: number;
  /** How often a sample is taken; 0 for every change. */
  readonly interval: number;
  /** What one sample averages over; 0 for the moment. */
  readonly window: number;
  /** Random extra delay of each sample, uniform on [0, jitter). */
  readonly jitter: number;
  /** Share of samples that never arrive. */
  readonly loss: number;
  /** `together`: all subjects are sampled at once, as by a scrape. `apart`: each at a moment of its own. */
  readonly phase: 'together' | 'apart';
  /** The first sample, from the start; null for a random moment within the interval. */
  readonly offset: number | null;
  /** A view older than this is stale; `Infinity` for never. */
  readonly maxAge: number;
  /** What a layer does with a stale view: use it anyway, choose at random, or allow. */
  readonly onStale: 'hold' | 'random' | 'allow';
}

/** Live metrics. */
export const FRESH: MetricsSpec = {
  lag: 0,
  interval: 0,
  window: 0,
  jitter: 0,
  loss: 0,
  phase: 'together',
  offset: null,
  maxAge: Infinity,
  onStale: 'hold',
};

/** Whether these metrics show the truth of the moment. */
export function isLive(metrics: MetricsSpec): boolean {
  return (
    metrics.lag === 0 && metrics.interval === 0 && metrics.window === 0 && metrics.jitter === 0 && metrics.loss === 0
  );
}
