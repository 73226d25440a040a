import { NEVER } from '../../../kernel/time.ts';
import { duration, integer, share } from '../../parameters.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN, defineBreakerPolicy } from '../policy.ts';
import type { BreakerPolicy, BreakerState } from '../policy.ts';
import { createHealthMetrics, failureRateOf } from './polly-health-metrics.ts';
import type { HealthInfo, HealthMetrics } from './polly-health-metrics.ts';

/** Polly's `CircuitBreakerStrategyOptions`; durations in nanoseconds, the ratio a share of one. */
export interface PollyOptions {
  readonly failureRatio: number;
  readonly minimumThroughput: number;
  readonly samplingDuration: number;
  readonly breakDuration: number;
  /** The length of each break, in place of `breakDuration`; `halfOpenAttempts` counts the probes since it closed. */
  readonly breakDurationGenerator?: (failureRate: number, failureCount: number, halfOpenAttempts: number) => number;
}

export type PollyState = 'Closed' | 'Open' | 'HalfOpen' | 'Isolated';

const OUTER_STATE: Readonly<Record<PollyState, BreakerState>> = {
  Closed: CLOSED,
  Open: OPEN,
  Isolated: OPEN,
  HalfOpen: HALF_OPEN,
};

/** Polly's decision, taken on a handled failure while closed. */
export function shouldBreak(
  throughput: number,
  failureRate: number,
  minimumThroughput: number,
  failureRatio: number,
): boolean {
  return throughput >= minimumThroughput && failureRate >= failureRatio;
}

/**
 * Polly's breaker. Only a handled failure while closed can open it. The first call at or after `blockedUntil` is the
 * one probe; if that never returns, the circuit stays half-open for good. Results carry no generation: while half-open
 * any success closes it and any failure opens it. There is nothing that does not count: a call that was cancelled is
 * an unhandled outcome, and that is a success.
 *
 * Source: App-vNext/Polly `CircuitStateController`, `AdvancedCircuitBehavior` (173d6d1d).
 */
export class PollyBreaker implements BreakerPolicy {
  /** How often it has opened, half-opened and closed: the product's callbacks. */
  opened = 0;
  halfOpened = 0;
  closed = 0;
  private readonly options: PollyOptions;
  private readonly metrics: HealthMetrics;
  private circuitState: PollyState = 'Closed';
  private blockedUntil = 0;
  private halfOpenAttempts = 0;

  constructor(options: PollyOptions) {
    this.options = options;
    this.metrics = createHealthMetrics(options.samplingDuration, 0);
  }

  state(_now: number): BreakerState {
    return OUTER_STATE[this.circuitState];
  }

  /** The state in the product's terms. */
  get ownState(): PollyState {
    return this.circuitState;
  }

  acquire(now: number): number {
    if (this.circuitState === 'Closed') return 0;
    if (this.circuitState !== 'Open' || now < this.blockedUntil) return NO_TICKET;
    this.circuitState = 'HalfOpen';
    this.halfOpenAttempts += 1;
    this.halfOpened += 1;
    // Only told to callers that are refused meanwhile: no second probe follows from it.
    this.blockedUntil = now + this.options.breakDuration;
    return 0;
  }

  record(now: number, _ticket: number, failed: boolean, _duration: number): void {
    if (failed) this.onHandledOutcome(now);
    else this.onUnhandledOutcome(now);
  }

  release(now: number, _ticket: number): void {
    this.onUnhandledOutcome(now);
  }

  tripped(now: number): boolean {
    return this.breaksAt(this.metrics.successesAt(now), this.metrics.failuresAt(now));
  }

  /** What a refused caller is told: how long until it may try again. */
  retryAfter(now: number): number {
    return this.blockedUntil - now;
  }

  /** The health that the next failure would be judged by; reading it may begin a new window, as in the product. */
  health(now: number): HealthInfo {
    return this.metrics.info(now);
  }

  /** Opens it by hand, until it is closed by hand. */
  isolate(now: number): void {
    this.open(now, NEVER);
    this.circuitState = 'Isolated';
  }

  /** Closes it by hand, from any state. */
  close(now: number): void {
    const prior = this.circuitState;
    this.circuitState = 'Closed';
    this.blockedUntil = 0;
    this.halfOpenAttempts = 0;
    this.metrics.reset(now);
    if (prior !== 'Closed') this.closed += 1;
  }

  private onUnhandledOutcome(now: number): void {
    this.metrics.incrementSuccess(now);
    if (this.circuitState === 'HalfOpen') this.close(now);
  }

  private onHandledOutcome(now: number): void {
    if (this.circuitState === 'HalfOpen') {
      this.open(now, this.options.breakDuration);
      return;
    }
    this.metrics.incrementFailure(now);
    if (this.circuitState !== 'Closed') return;
    if (this.breaksAt(this.metrics.successes, this.metrics.failures)) this.open(now, this.options.breakDuration);
  }

  private breaksAt(successes: number, failures: number): boolean {
    const { minimumThroughput, failureRatio } = this.options;
    const throughput = successes + failures;
    return shouldBreak(throughput, failureRateOf(failures, throughput), minimumThroughput, failureRatio);
  }

  private open(now: number, breakDuration: number): void {
    this.blockedUntil = now + this.generated(now, breakDuration);
    this.circuitState = 'Open';
    this.opened += 1;
  }

  private generated(now: number, breakDuration: number): number {
    const generator = this.options.breakDurationGenerator;
    if (generator === undefined) return breakDuration;
    const { failureRate, failureCount } = this.metrics.info(now);
    return generator(failureRate, failureCount, this.halfOpenAttempts);
  }
}

const OPTIONS = 'Polly CircuitBreakerStrategyOptions.TResult.cs';

export const polly = defineBreakerPolicy({
  name: 'polly',
  product: 'Polly v8',
  about: 'Opens on a failure that brings the share of failures to a threshold; then tries one call.',
  parameters: {
    FailureRatio: share({
      about: 'Opens at this share of failures or more.',
      default: '10%',
      source: OPTIONS,
    }),
    MinimumThroughput: integer({
      about: 'Fewer calls than this in the sampling duration are not judged.',
      default: 100,
      min: 2,
      source: OPTIONS,
    }),
    SamplingDuration: duration({
      about: 'How far back calls are judged, in ten windows.',
      default: '30s',
      min: '500ms',
      max: '1d',
      source: OPTIONS,
    }),
    BreakDuration: duration({
      about: 'How long it stays open.',
      default: '5s',
      min: '500ms',
      max: '1d',
      source: OPTIONS,
    }),
  },
  sources: [
    'App-vNext/Polly 173d6d1d: CircuitStateController, AdvancedCircuitBehavior, CircuitBreakerStrategyOptions',
    'App-vNext/Polly 173d6d1d: HealthMetrics, RollingHealthMetrics, SingleHealthMetrics',
  ],
  knownToGetWrong: [
    'A probe that never returns blocks the circuit for good.',
    'Late results carry no generation: any success while half-open closes it, any failure opens it.',
    'A cancelled call counts as a success, so that a cancelled probe closes the circuit.',
    'A tenth of failures opens it by default: with few callers a short burst is enough.',
    'Its windows begin with the first event after the last one: what leaves with a window may be older or younger.',
  ],
  create: (config) =>
    new PollyBreaker({
      failureRatio: config.FailureRatio,
      minimumThroughput: config.MinimumThroughput,
      samplingDuration: config.SamplingDuration,
      breakDuration: config.BreakDuration,
    }),
});
