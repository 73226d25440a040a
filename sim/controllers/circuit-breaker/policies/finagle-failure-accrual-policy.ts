import { MILLISECOND } from '../../../kernel/time.ts';
import type { Backoff } from './finagle-backoff.ts';
import { Ema } from './finagle-ema.ts';
import { WindowedAdder } from './finagle-windowed-adder.ts';

/** What `markDeadOnFailure` returns if the endpoint may live on. */
export const STAY_ALIVE = -1;

/** Decides on each failure whether an endpoint is marked dead. */
export interface FailureAccrualPolicy {
  recordSuccess(now: number): void;
  /** Counts a failure. For how many nanoseconds to mark the endpoint dead, or `STAY_ALIVE`. */
  markDeadOnFailure(now: number): number;
  /** The endpoint lives again: its history is forgotten. */
  revived(now: number): void;
  /** Whether what has been counted meets the condition; changes nothing. */
  isMet(now: number): boolean;
}

/** Dead after so many failures in a row. Source: twitter/finagle `FailureAccrualPolicy.consecutiveFailures`. */
export class ConsecutiveFailuresPolicy implements FailureAccrualPolicy {
  private readonly failures: number;
  private readonly markDeadFor: Backoff;
  private consecutiveFailures = 0;

  constructor(failures: number, markDeadFor: Backoff) {
    this.failures = failures;
    this.markDeadFor = markDeadFor;
  }

  recordSuccess(_now: number): void {
    this.consecutiveFailures = 0;
  }

  markDeadOnFailure(now: number): number {
    this.consecutiveFailures += 1;
    return this.isMet(now) ? this.markDeadFor.next() : STAY_ALIVE;
  }

  revived(_now: number): void {
    this.consecutiveFailures = 0;
    this.markDeadFor.reset();
  }

  isMet(_now: number): boolean {
    return this.consecutiveFailures >= this.failures;
  }
}

/**
 * Dead when the moving average of successes, weighted by a count of requests, is below what is required, once the
 * window has been filled. Source: twitter/finagle `FailureAccrualPolicy.successRate`.
 */
export class SuccessRatePolicy implements FailureAccrualPolicy {
  private readonly requiredSuccessRate: number;
  private readonly window: number;
  private readonly markDeadFor: Backoff;
  private readonly successRate: Ema;
  private totalRequests = 0;

  /** @param window in requests */
  constructor(requiredSuccessRate: number, window: number, markDeadFor: Backoff) {
    this.requiredSuccessRate = requiredSuccessRate;
    this.window = window;
    this.markDeadFor = markDeadFor;
    this.successRate = new Ema(window);
  }

  recordSuccess(_now: number): void {
    this.totalRequests += 1;
    this.successRate.update(this.totalRequests, 1);
  }

  markDeadOnFailure(now: number): number {
    this.totalRequests += 1;
    this.successRate.update(this.totalRequests, 0);
    return this.isMet(now) ? this.markDeadFor.next() : STAY_ALIVE;
  }

  revived(_now: number): void {
    this.markDeadFor.reset();
    this.totalRequests = 0;
    this.successRate.reset();
  }

  isMet(_now: number): boolean {
    return this.totalRequests >= this.window && this.successRate.last < this.requiredSuccessRate;
  }
}

const SLICES = 5;

/**
 * The same, weighted by time: not before the window has passed since the start (or revival), and not with fewer requests
 * than a minimum in the last window. The product's clock ticks in whole milliseconds, and of several results within one
 * only the first moves the average.
 *
 * Source: twitter/finagle `FailureAccrualPolicy.successRateWithinDuration` (4feb34cb9).
 */
export class SuccessRateWithinDurationPolicy implements FailureAccrualPolicy {
  private readonly requiredSuccessRate: number;
  private readonly windowMillis: number;
  private readonly minRequestThreshold: number;
  private readonly markDeadFor: Backoff;
  private readonly successRate: Ema;
  private readonly requests: WindowedAdder;
  private startMillis = 0;

  /** @param window in nanoseconds, at least a millisecond */
  constructor(requiredSuccessRate: number, window: number, minRequestThreshold: number, markDeadFor: Backoff) {
    this.requiredSuccessRate = requiredSuccessRate;
    this.windowMillis = millis(window);
    this.minRequestThreshold = minRequestThreshold;
    this.markDeadFor = markDeadFor;
    this.successRate = new Ema(this.windowMillis);
    this.requests = new WindowedAdder(this.windowMillis, SLICES, 0);
  }

  recordSuccess(now: number): void {
    this.count(millis(now), 1);
  }

  markDeadOnFailure(now: number): number {
    this.count(millis(now), 0);
    return this.isMet(now) ? this.markDeadFor.next() : STAY_ALIVE;
  }

  revived(now: number): void {
    this.markDeadFor.reset();
    this.startMillis = millis(now);
    this.requests.reset(this.startMillis);
    this.successRate.reset();
  }

  isMet(now: number): boolean {
    return (
      millis(now) - this.startMillis >= this.windowMillis &&
      !this.successRate.isEmpty &&
      this.successRate.last < this.requiredSuccessRate &&
      this.requests.sumAt(millis(now)) >= this.minRequestThreshold
    );
  }

  private count(nowMillis: number, success: number): void {
    this.requests.add(nowMillis, 1);
    this.successRate.update(nowMillis - this.startMillis, success);
  }
}

/** Both of two policies; if both mark dead, for the longer time. Source: twitter/finagle `FailureAccrualPolicy.orElse`. */
export class EitherPolicy implements FailureAccrualPolicy {
  private readonly one: FailureAccrualPolicy;
  private readonly other: FailureAccrualPolicy;

  constructor(one: FailureAccrualPolicy, other: FailureAccrualPolicy) {
    this.one = one;
    this.other = other;
  }

  recordSuccess(now: number): void {
    this.one.recordSuccess(now);
    this.other.recordSuccess(now);
  }

  markDeadOnFailure(now: number): number {
    const one = this.one.markDeadOnFailure(now);
    return Math.max(one, this.other.markDeadOnFailure(now));
  }

  revived(now: number): void {
    this.one.revived(now);
    this.other.revived(now);
  }

  isMet(now: number): boolean {
    return this.one.isMet(now) || this.other.isMet(now);
  }
}

function millis(nanoseconds: number): number {
  return Math.floor(nanoseconds / MILLISECOND);
}
