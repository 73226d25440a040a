import { choice, duration, integer, share } from '../../parameters.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN, defineBreakerPolicy } from '../policy.ts';
import type { BreakerPolicy, BreakerState } from '../policy.ts';
import { DrawSequence, EqualJitteredBackoff } from './finagle-backoff.ts';
import {
  ConsecutiveFailuresPolicy,
  EitherPolicy,
  STAY_ALIVE,
  SuccessRateWithinDurationPolicy,
} from './finagle-failure-accrual-policy.ts';
import type { FailureAccrualPolicy } from './finagle-failure-accrual-policy.ts';

export type FinagleState = 'Alive' | 'Dead' | 'ProbeOpen' | 'ProbeClosed';

const OUTER_STATE: Readonly<Record<FinagleState, BreakerState>> = {
  Alive: CLOSED,
  Dead: OPEN,
  ProbeOpen: HALF_OPEN,
  ProbeClosed: HALF_OPEN,
};

/**
 * Finagle's failure accrual for one endpoint: alive, dead for a while, ready for one probe, waiting for its result.
 * Failures count while it is alive or a probe is out; successes always do, so that a late one can empty the count of a
 * dead endpoint: its failed probe is then not enough to mark it dead, and it is probed again at once. Any result that
 * arrives while the probe is out is taken for the probe's.
 *
 * Source: twitter/finagle `FailureAccrualFactory` (4feb34cb9).
 */
export class FinagleBreaker implements BreakerPolicy {
  private readonly policy: FailureAccrualPolicy;
  private current: FinagleState = 'Alive';
  private reviveAt = 0;

  constructor(policy: FailureAccrualPolicy) {
    this.policy = policy;
  }

  state(now: number): BreakerState {
    return OUTER_STATE[this.ownState(now)];
  }

  /** The state in the product's terms. */
  ownState(now: number): FinagleState {
    if (this.current === 'Dead' && now >= this.reviveAt) this.current = 'ProbeOpen';
    return this.current;
  }

  acquire(now: number): number {
    switch (this.ownState(now)) {
      case 'Alive':
        return 0;
      case 'ProbeOpen':
        this.current = 'ProbeClosed';
        return 0;
      case 'Dead':
      case 'ProbeClosed':
        return NO_TICKET;
    }
  }

  record(now: number, _ticket: number, failed: boolean, _duration: number): void {
    if (failed) this.didFail(now);
    else this.didSucceed(now);
  }

  release(now: number, _ticket: number): void {
    if (this.ownState(now) === 'ProbeClosed') this.current = 'ProbeOpen';
  }

  tripped(now: number): boolean {
    return this.policy.isMet(now);
  }

  private didSucceed(now: number): void {
    if (this.ownState(now) === 'ProbeClosed') {
      this.policy.revived(now);
      this.current = 'Alive';
    }
    this.policy.recordSuccess(now);
  }

  private didFail(now: number): void {
    const state = this.ownState(now);
    if (state === 'Dead' || state === 'ProbeOpen') return;
    const wait = this.policy.markDeadOnFailure(now);
    if (wait !== STAY_ALIVE) {
      this.current = 'Dead';
      this.reviveAt = now + wait;
    } else if (state === 'ProbeClosed') {
      this.current = 'ProbeOpen';
    }
  }
}

const POLICY = 'Finagle FailureAccrualPolicy.scala';
const FACTORY = 'Finagle FailureAccrualFactory.scala';

export const finagle = defineBreakerPolicy({
  name: 'finagle',
  product: 'Finagle',
  about:
    'Marks an endpoint dead after so many failures in a row or when a moving average of successes is too low; probes ' +
    'it after a jittered wait that doubles.',
  parameters: {
    failureAccrual: choice(['hybrid', 'consecutiveFailures', 'successRateWithinDuration'], {
      about: 'Which of the two conditions is in force; hybrid: either.',
      default: 'hybrid',
      source: FACTORY,
    }),
    consecutiveFailures: integer({
      about: 'So many failures in a row mark it dead.',
      default: 5,
      min: 1,
      source: POLICY,
    }),
    requiredSuccessRate: share({
      about: 'An average of successes below this marks it dead.',
      default: '80%',
      source: POLICY,
    }),
    window: duration({
      about:
        'Mean lifetime of a result in that average; it is not judged earlier than this after the start or revival.',
      default: '30s',
      // Five slices of at least a millisecond.
      min: '5ms',
      source: POLICY,
    }),
    minRequestThreshold: integer({
      about: 'With fewer requests than this in the last window the average is not judged.',
      default: 5,
      source: POLICY,
    }),
    markDeadFor: duration({
      about: 'How long it is dead the first time.',
      default: '5s',
      min: '1ns',
      source: FACTORY,
    }),
    markDeadForMax: duration({
      about: 'How long it is dead at most.',
      default: '300s',
      min: '1ns',
      source: FACTORY,
    }),
  },
  check(config) {
    return config.markDeadFor > config.markDeadForMax ? 'markDeadFor must be at most markDeadForMax' : undefined;
  },
  sources: [
    'twitter/finagle 4feb34cb9: FailureAccrualFactory, FailureAccrualPolicy, Ema, Backoff',
    'twitter/util 17c8187d9: WindowedAdder',
  ],
  knownToGetWrong: [
    'The average moves by time, not by calls: of several results within one millisecond only the first counts.',
    'Late results are taken for the probe’s; a late success while dead empties the count of failures in a row.',
    'The first result after start or revival sets the average: one early failure weighs for a whole window.',
    'In the product it fails open: if every endpoint is dead the balancer still uses them. Here a dead one refuses.',
  ],
  create(config, draws) {
    const sequence = new DrawSequence(draws);
    const markDeadFor = () => new EqualJitteredBackoff(config.markDeadFor, config.markDeadForMax, sequence);
    const consecutive = () => new ConsecutiveFailuresPolicy(config.consecutiveFailures, markDeadFor());
    const successRate = () =>
      new SuccessRateWithinDurationPolicy(
        config.requiredSuccessRate,
        config.window,
        config.minRequestThreshold,
        markDeadFor(),
      );
    switch (config.failureAccrual) {
      case 'consecutiveFailures':
        return new FinagleBreaker(consecutive());
      case 'successRateWithinDuration':
        return new FinagleBreaker(successRate());
      case 'hybrid':
        return new FinagleBreaker(new EitherPolicy(successRate(), consecutive()));
    }
  },
});
