import { duration, integer, number } from '../../parameters.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN, defineBreakerPolicy } from '../policy.ts';
import type { BreakerPolicy, BreakerState } from '../policy.ts';
import { DrawSequence } from './finagle-backoff.ts';

/** Durations in nanoseconds. */
export interface LinkerdFailureAccrual {
  readonly maxFailures: number;
  readonly minPenalty: number;
  readonly maxPenalty: number;
  /** Up to this share of the penalty is added at random. */
  readonly jitterRatio: number;
}

/**
 * Linkerd's failure accrual for one endpoint. A run of failures shuts the gate for the penalty, which doubles with each
 * failed probe. Responses that arrive while it is shut are ignored; the first to arrive in probation decides, whether
 * it is the probe's or a late one.
 *
 * Source: linkerd2-proxy `breaker/consecutive_failures.rs`, `exp-backoff` (29637b64f).
 */
export class LinkerdBreaker implements BreakerPolicy {
  private readonly accrual: LinkerdFailureAccrual;
  private readonly draws: DrawSequence;
  private gate: BreakerState = CLOSED;
  /** Failures in a row, those that are ignored while shut among them; only `tripped` sees the latter. */
  private failures = 0;
  private penalties = 0;
  private shutUntil = 0;
  /** How often it has been in probation: the ticket of a probe. */
  private probations = 0;
  private permits = 0;

  constructor(accrual: LinkerdFailureAccrual, draws: DrawSequence) {
    this.accrual = accrual;
    this.draws = draws;
  }

  state(now: number): BreakerState {
    this.advance(now);
    return this.gate;
  }

  acquire(now: number): number {
    this.advance(now);
    if (this.gate === CLOSED) return 0;
    if (this.gate === OPEN || this.permits === 0) return NO_TICKET;
    this.permits = 0;
    return this.probations;
  }

  record(now: number, _ticket: number, failed: boolean, _duration: number): void {
    this.advance(now);
    this.failures = failed ? this.failures + 1 : 0;
    if (this.gate === CLOSED) {
      if (this.failures >= this.accrual.maxFailures) this.shut(now, 0);
    } else if (this.gate === HALF_OPEN) {
      if (failed) this.shut(now, this.penalties);
      else this.gate = CLOSED;
    }
  }

  release(now: number, ticket: number): void {
    this.advance(now);
    if (this.gate === HALF_OPEN && ticket === this.probations) this.permits = 1;
  }

  tripped(_now: number): boolean {
    return this.failures >= this.accrual.maxFailures;
  }

  private advance(now: number): void {
    if (this.gate !== OPEN || now < this.shutUntil) return;
    this.gate = HALF_OPEN;
    this.probations += 1;
    this.permits = 1;
  }

  private shut(now: number, penalties: number): void {
    this.gate = OPEN;
    this.shutUntil = now + this.penalty(penalties);
    this.penalties = penalties + 1;
  }

  private penalty(penalties: number): number {
    const { minPenalty, maxPenalty, jitterRatio } = this.accrual;
    let base = minPenalty;
    for (let n = 0; n < penalties && base < maxPenalty; n += 1) base *= 2;
    base = Math.min(base, maxPenalty);
    const jitter = jitterRatio === 0 ? 0 : Math.floor(base * jitterRatio * this.draws.next());
    return base + Math.min(jitter, maxPenalty - base);
  }
}

const ANNOTATION = 'Linkerd annotation balancer.linkerd.io/failure-accrual-consecutive-';

export const linkerd = defineBreakerPolicy({
  name: 'linkerd',
  product: 'Linkerd',
  about: 'Shuts an endpoint off after so many failures in a row, for a jittered penalty that doubles with each probe.',
  parameters: {
    'max-failures': integer({
      about: 'So many failures in a row shut it off.',
      default: 7,
      min: 1,
      source: `${ANNOTATION}max-failures`,
    }),
    'min-penalty': duration({
      about: 'How long it is shut off the first time.',
      default: '1s',
      source: `${ANNOTATION}min-penalty`,
    }),
    'max-penalty': duration({
      about: 'How long it is shut off at most, jitter included.',
      default: '60s',
      min: '1ns',
      source: `${ANNOTATION}max-penalty`,
    }),
    'jitter-ratio': number({
      about: 'Up to this share of a penalty is added at random.',
      default: 0.5,
      min: 0,
      max: 100,
      source: `${ANNOTATION}jitter-ratio`,
    }),
  },
  check(config) {
    return config['min-penalty'] > config['max-penalty'] ? 'min-penalty must be at most max-penalty' : undefined;
  },
  sources: ['linkerd/linkerd2-proxy 29637b64f: app/outbound/src/http/breaker/consecutive_failures.rs, exp-backoff'],
  knownToGetWrong: [
    'A single success hides any number of failures before it, so that an endpoint that fails 9 of 10 is never shut off.',
    'The first response to arrive in probation decides, also a late one of a call from before it was shut off.',
    'It shuts off the last endpoint too: if all are shut off, requests wait in the queue (here: are refused).',
    'In the product a probe that is cancelled is never answered; here its permit is free again.',
  ],
  create: (config, draws) =>
    new LinkerdBreaker(
      {
        maxFailures: config['max-failures'],
        minPenalty: config['min-penalty'],
        maxPenalty: config['max-penalty'],
        jitterRatio: config['jitter-ratio'],
      },
      new DrawSequence(draws),
    ),
});
