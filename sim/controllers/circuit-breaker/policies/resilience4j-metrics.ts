import type { SlidingWindow } from './sliding-window.ts';

/** When a breaker opens. Rates in percent, inclusive; the duration in nanoseconds, exclusive. */
export interface Resilience4jThresholds {
  readonly failureRateThreshold: number;
  readonly slowCallRateThreshold: number;
  readonly slowCallDurationThreshold: number;
}

export const BELOW_MINIMUM = 0;
export const BELOW_THRESHOLDS = 1;
export const ABOVE_THRESHOLDS = 2;
export type ThresholdCheck = 0 | 1 | 2;

/** A rate for which there are too few calls. */
export const NO_RATE = -1;

/** A reading of a breaker's metrics, in the words of `CircuitBreaker.Metrics`. */
export interface Resilience4jReading {
  /** Percent, or -1 below the minimum number of calls. */
  readonly failureRate: number;
  /** Percent, or -1 below the minimum number of calls. */
  readonly slowCallRate: number;
  readonly buffered: number;
  readonly successful: number;
  readonly failed: number;
  readonly slow: number;
  readonly slowSuccessful: number;
  readonly slowFailed: number;
  readonly notPermitted: number;
}

/**
 * The metrics of one state of the breaker: a window, and what it is held against.
 *
 * Source: resilience4j-circuitbreaker `CircuitBreakerMetrics`.
 */
export class Resilience4jMetrics {
  notPermitted = 0;
  private readonly window: SlidingWindow;
  private readonly minimumCalls: number;
  private readonly failureRateThreshold: number;
  private readonly slowCallRateThreshold: number;
  private readonly slowCallDurationThreshold: number;

  constructor(window: SlidingWindow, minimumNumberOfCalls: number, thresholds: Resilience4jThresholds) {
    this.window = window;
    this.minimumCalls = Math.min(minimumNumberOfCalls, window.capacity);
    // The product's thresholds and rates are floats, so that both sides of >= are rounded alike.
    this.failureRateThreshold = Math.fround(thresholds.failureRateThreshold);
    this.slowCallRateThreshold = Math.fround(thresholds.slowCallRateThreshold);
    this.slowCallDurationThreshold = thresholds.slowCallDurationThreshold;
  }

  /** Takes in the result of a call and says where the rates then stand. */
  record(now: number, failed: boolean, duration: number): ThresholdCheck {
    this.window.record(now, failed, duration > this.slowCallDurationThreshold, duration);
    return this.compare();
  }

  /** Where the rates stand at `now`. */
  check(now: number): ThresholdCheck {
    this.window.advance(now);
    return this.compare();
  }

  reading(now: number): Resilience4jReading {
    const { total, ...counts } = this.window.snapshot(now);
    const enough = this.hasMinimum();
    return {
      failureRate: enough ? counts.failureRate : NO_RATE,
      slowCallRate: enough ? counts.slowCallRate : NO_RATE,
      buffered: total,
      successful: counts.successful,
      failed: counts.failed,
      slow: counts.slow,
      slowSuccessful: counts.slowSuccessful,
      slowFailed: counts.slowFailed,
      notPermitted: this.notPermitted,
    };
  }

  clear(): void {
    this.window.clear();
    this.notPermitted = 0;
  }

  private hasMinimum(): boolean {
    return this.window.total > 0 && this.window.total >= this.minimumCalls;
  }

  private compare(): ThresholdCheck {
    if (!this.hasMinimum()) return BELOW_MINIMUM;
    if (this.window.failureRate() >= this.failureRateThreshold) return ABOVE_THRESHOLDS;
    return this.window.slowCallRate() >= this.slowCallRateThreshold ? ABOVE_THRESHOLDS : BELOW_THRESHOLDS;
  }
}
