import { duration, flag, integer } from '../../parameters.ts';
import type { ConcurrencyLimitAlgorithm } from './concurrency-limit-algorithm.ts';

export interface WindowedLimitConfig {
  /** Nanoseconds, like all of these but the size. */
  readonly minWindowTime: number;
  readonly maxWindowTime: number;
  /** Samples that a window must have to count. */
  readonly windowSize: number;
  /** Samples shorter than this are left out. */
  readonly minRttThreshold: number;
}

/**
 * Netflix concurrency-limits `WindowedLimit` with its default sample window: gives the algorithm behind it one sample
 * for each window, of the mean round trip, the most in flight, and whether any was dropped. A window is over with
 * the first sample that ends after it; one with too few samples is thrown away.
 */
export class WindowedLimit implements ConcurrencyLimitAlgorithm {
  private readonly inner: ConcurrencyLimitAlgorithm;
  private readonly config: WindowedLimitConfig;
  private windowEnd = -Infinity;
  private minRtt = Infinity;
  private sum = 0;
  private count = 0;
  private maxInFlight = 0;
  private dropped = false;

  constructor(inner: ConcurrencyLimitAlgorithm, config: WindowedLimitConfig) {
    this.inner = inner;
    this.config = config;
  }

  get limit(): number {
    return this.inner.limit;
  }

  onSample(start: number, rtt: number, inFlight: number, dropped: boolean): void {
    if (rtt < this.config.minRttThreshold) return;
    this.minRtt = Math.min(this.minRtt, rtt);
    this.sum += rtt;
    this.count++;
    this.maxInFlight = Math.max(this.maxInFlight, inFlight);
    this.dropped ||= dropped;
    if (start + rtt > this.windowEnd) this.close(start, start + rtt);
  }

  private close(start: number, end: number): void {
    const { minWindowTime, maxWindowTime, windowSize } = this.config;
    this.windowEnd = end + Math.min(Math.max(2 * this.minRtt, minWindowTime), maxWindowTime);
    if (this.count >= windowSize) {
      this.inner.onSample(start, Math.floor(this.sum / this.count), this.maxInFlight, this.dropped);
    }
    this.minRtt = Infinity;
    this.sum = 0;
    this.count = 0;
    this.maxInFlight = 0;
    this.dropped = false;
  }
}

const SOURCE = 'Netflix concurrency-limits WindowedLimit';

/** The parameters of the window in front of an algorithm; `windowed: false` leaves it out. */
export const WINDOW_PARAMETERS = {
  windowed: flag({
    about: 'Whether the algorithm sees one sample for each window instead of every call.',
    default: true,
    source: `${SOURCE}: stands in front by default`,
  }),
  minWindowTime: duration({ about: 'Shortest window.', default: '1s', min: '100ms', source: `${SOURCE}: 1 s` }),
  maxWindowTime: duration({
    about: 'Longest window; in between it is twice the least round trip of the window before.',
    default: '1s',
    min: '100ms',
    source: `${SOURCE}: 1 s`,
  }),
  windowSize: integer({
    about: 'Samples that a window must have; with fewer it is thrown away.',
    default: 10,
    min: 10,
    source: `${SOURCE}: 10`,
  }),
  minRttThreshold: duration({
    about: 'Shorter round trips are left out.',
    default: '100us',
    source: `${SOURCE}: 100 us`,
  }),
} as const;

/** The algorithm itself, or behind a window, as configured. */
export function windowedIf(
  config: WindowedLimitConfig & { readonly windowed: boolean },
  algorithm: ConcurrencyLimitAlgorithm,
): ConcurrencyLimitAlgorithm {
  return config.windowed ? new WindowedLimit(algorithm, config) : algorithm;
}
