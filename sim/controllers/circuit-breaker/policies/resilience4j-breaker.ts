import { NEVER } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import type { BreakerPolicy, BreakerState } from '../policy.ts';
import { CountSlidingWindow } from './count-sliding-window.ts';
import { ABOVE_THRESHOLDS, BELOW_THRESHOLDS, Resilience4jMetrics } from './resilience4j-metrics.ts';
import type { Resilience4jReading, Resilience4jThresholds } from './resilience4j-metrics.ts';
import type { SlidingWindow } from './sliding-window.ts';

/** The product's own states: the last three are entered by hand only, and left by hand only. */
export type Resilience4jState = 'CLOSED' | 'OPEN' | 'HALF_OPEN' | 'DISABLED' | 'METRICS_ONLY' | 'FORCED_OPEN';

/** Durations in nanoseconds, rates in percent, under the names of `CircuitBreakerConfig`. */
export interface Resilience4jConfig extends Resilience4jThresholds {
  readonly minimumNumberOfCalls: number;
  readonly permittedNumberOfCallsInHalfOpenState: number;
  /** How long to stay open, by the number of times in a row that the breaker has opened (1, 2, …). */
  readonly waitIntervalFunctionInOpenState: (attempts: number) => number;
  readonly automaticTransitionFromOpenToHalfOpenEnabled: boolean;
  /** 0: no limit. */
  readonly maxWaitDurationInHalfOpenState: number;
  readonly transitionToStateAfterWaitDuration: 'OPEN' | 'CLOSED';
}

const OUTER_STATE: Readonly<Record<Resilience4jState, BreakerState>> = {
  CLOSED,
  METRICS_ONLY: CLOSED,
  DISABLED: CLOSED,
  OPEN,
  FORCED_OPEN: OPEN,
  HALF_OPEN,
};

/**
 * The state machine of Resilience4j, over any sliding window; the generic windowed breakers run on it too.
 *
 * - The thresholds are checked after every call, so that a success can open it.
 * - OPEN keeps the metrics that opened it and records late results there. The first permission asked for strictly after
 *   the wait makes it HALF_OPEN and is its first probe.
 * - HALF_OPEN has a window of its own, as long as its permits. A result is counted in the state that it arrives in:
 *   one of a call from CLOSED counts in HALF_OPEN, without a permit.
 * - A permit comes back only through `release`.
 *
 * Source: resilience4j-circuitbreaker `CircuitBreakerStateMachine` (af9e7c979).
 */
export class Resilience4jBreaker implements BreakerPolicy {
  private readonly config: Resilience4jConfig;
  private readonly closedMetrics: Resilience4jMetrics;
  private readonly halfOpenMetrics: Resilience4jMetrics;
  private readonly idleMetrics: Resilience4jMetrics;
  /** Those of the current state; OPEN keeps its predecessor's. */
  private currentMetrics: Resilience4jMetrics;
  private current: Resilience4jState = 'CLOSED';
  private attempts = 0;
  private permits = 0;
  /** OPEN: permissions are refused up to and including this moment. */
  private retryAfter = NEVER;
  /** When the clock alone ends the current state. */
  private transitionDue = NEVER;

  /** @param window what CLOSED is judged on */
  constructor(config: Resilience4jConfig, window: SlidingWindow) {
    const permitted = config.permittedNumberOfCallsInHalfOpenState;
    this.config = config;
    this.closedMetrics = new Resilience4jMetrics(window, config.minimumNumberOfCalls, config);
    this.halfOpenMetrics = new Resilience4jMetrics(
      new CountSlidingWindow(permitted),
      config.minimumNumberOfCalls,
      config,
    );
    this.idleMetrics = new Resilience4jMetrics(new CountSlidingWindow(0), 1, config);
    this.currentMetrics = this.closedMetrics;
  }

  state(now: number): BreakerState {
    const state = this.ownState(now);
    return state === 'CLOSED' ? CLOSED : OUTER_STATE[state];
  }

  /** The state in the product's terms. */
  ownState(now: number): Resilience4jState {
    this.advance(now);
    return this.current;
  }

  acquire(now: number): number {
    this.advance(now);
    switch (this.current) {
      case 'CLOSED':
      case 'METRICS_ONLY':
      case 'DISABLED':
        return 0;
      case 'OPEN':
        if (now <= this.retryAfter) return this.refuse();
        this.enterHalfOpen(now);
        return this.takePermit();
      case 'HALF_OPEN':
        return this.takePermit();
      case 'FORCED_OPEN':
        return this.refuse();
    }
  }

  record(now: number, _ticket: number, failed: boolean, duration: number): void {
    this.advance(now);
    if (this.current === 'DISABLED' || this.current === 'FORCED_OPEN') return;
    const check = this.currentMetrics.record(now, failed, duration);
    if (this.current === 'CLOSED') {
      if (check === ABOVE_THRESHOLDS) this.enterOpen(now);
    } else if (this.current === 'HALF_OPEN') {
      if (check === ABOVE_THRESHOLDS) this.enterOpen(now);
      else if (check === BELOW_THRESHOLDS) this.enterClosed();
    }
  }

  release(now: number, _ticket: number): void {
    this.advance(now);
    if (this.current === 'HALF_OPEN') this.permits += 1;
  }

  tripped(now: number): boolean {
    this.advance(now);
    return this.currentMetrics.check(now) === ABOVE_THRESHOLDS;
  }

  /** The metrics of the current state. */
  metrics(now: number): Resilience4jReading {
    this.advance(now);
    return this.currentMetrics.reading(now);
  }

  /**
   * Changes the state by hand. OPEN may be given a `wait` of its own.
   * @throws RangeError where the product throws `IllegalStateTransitionException`; the state is then unchanged
   */
  transition(now: number, to: Resilience4jState, wait?: number): void {
    this.advance(now);
    if (!isLegal(this.current, to)) throw new RangeError(`illegal state transition from ${this.current} to ${to}`);
    switch (to) {
      case 'CLOSED':
        this.enterClosed();
        return;
      case 'OPEN':
        this.enterOpen(now, wait);
        return;
      case 'HALF_OPEN':
        this.enterHalfOpen(now);
        return;
      case 'DISABLED':
        this.enterFixed(to, this.idleMetrics, 0);
        return;
      case 'METRICS_ONLY':
        this.enterFixed(to, this.closedMetrics, 0);
        return;
      case 'FORCED_OPEN':
        this.enterFixed(to, this.idleMetrics, this.attempts + 1);
    }
  }

  /** Back to CLOSED with nothing remembered, from any state. */
  reset(now: number): void {
    this.advance(now);
    this.enterClosed();
  }

  /** Makes the transitions that are due by the clock, each at its own moment. */
  private advance(now: number): void {
    while (this.transitionDue <= now) {
      const due = this.transitionDue;
      if (this.current === 'OPEN') this.enterHalfOpen(due);
      else if (this.config.transitionToStateAfterWaitDuration === 'CLOSED') this.enterClosed();
      else this.enterOpen(due);
    }
  }

  private enterClosed(): void {
    this.enterFixed('CLOSED', this.closedMetrics, 0);
  }

  private enterOpen(now: number, wait?: number): void {
    this.attempts += 1;
    this.current = 'OPEN';
    this.retryAfter = now + (wait ?? this.config.waitIntervalFunctionInOpenState(this.attempts));
    this.transitionDue = this.config.automaticTransitionFromOpenToHalfOpenEnabled ? this.retryAfter : NEVER;
  }

  private enterHalfOpen(now: number): void {
    const limit = this.config.maxWaitDurationInHalfOpenState;
    this.enterFixed('HALF_OPEN', this.halfOpenMetrics, this.attempts);
    this.permits = this.config.permittedNumberOfCallsInHalfOpenState;
    this.transitionDue = limit > 0 ? now + limit : NEVER;
  }

  private enterFixed(state: Resilience4jState, metrics: Resilience4jMetrics, attempts: number): void {
    this.current = state;
    this.attempts = attempts;
    this.transitionDue = NEVER;
    this.currentMetrics = metrics;
    metrics.clear();
  }

  private takePermit(): number {
    if (this.permits === 0) return this.refuse();
    this.permits -= 1;
    return 0;
  }

  private refuse(): number {
    this.currentMetrics.notPermitted += 1;
    return NO_TICKET;
  }
}

/** The product's table of transitions has every pair but these. */
function isLegal(from: Resilience4jState, to: Resilience4jState): boolean {
  if (from === 'CLOSED') return to !== 'HALF_OPEN';
  if (from === 'METRICS_ONLY') return to !== 'OPEN' && to !== 'HALF_OPEN';
  return true;
}
