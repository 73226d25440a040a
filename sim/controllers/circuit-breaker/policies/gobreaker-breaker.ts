import { NEVER } from '../../../kernel/time.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import type { BreakerPolicy, BreakerState } from '../policy.ts';
import { RollingCounts } from './gobreaker-rolling-counts.ts';
import type { GobreakerCounts } from './gobreaker-rolling-counts.ts';

/** gobreaker's `Settings`, durations in nanoseconds. */
export interface GobreakerSettings {
  /** Requests let through while half-open, and successes in a row that close it; 0 is taken as 1. */
  readonly maxRequests: number;
  /** While closed, the counts are cleared after this long; 0: never. */
  readonly interval: number;
  /** Above 0, the counts roll in buckets of this length instead, over `interval` rounded up to whole buckets. */
  readonly bucketPeriod: number;
  /** How long it stays open. */
  readonly timeout: number;
  readonly readyToTrip: (counts: GobreakerCounts & { readonly validRequests: number }) => boolean;
}

/**
 * gobreaker's two-step breaker; the generic breaker on consecutive failures runs on it too.
 *
 * Every change of state, and each tumbling interval, begins a new *generation* with empty counts; the result of a call
 * that began in an earlier one is dropped. All transitions by the clock are lazy: they happen when it is next asked
 * anything, strictly after the moment that they are due, and the next interval begins only then.
 *
 * A ticket is the generation and the age of its bucket in one number: the tickets of a generation begin where the last
 * one's ended, and grow by one a bucket.
 *
 * Source: sony/gobreaker v2/gobreaker.go (fed8e9e).
 */
export class GobreakerBreaker implements BreakerPolicy {
  /** The counts of this generation. */
  readonly counts: RollingCounts;
  /** Every result, whatever the state was: what would be counted if it had never opened. Only `tripped` reads it. */
  private readonly seen: RollingCounts;
  private readonly maxRequests: number;
  private readonly interval: number;
  private readonly bucketPeriod: number;
  private readonly timeout: number;
  private readonly readyToTrip: GobreakerSettings['readyToTrip'];
  private current: BreakerState = CLOSED;
  private firstTicket = 0;
  private start = 0;
  private expiry = NEVER;

  constructor(settings: GobreakerSettings) {
    this.maxRequests = Math.max(1, settings.maxRequests);
    const rolling = settings.interval > 0 && settings.bucketPeriod > 0;
    const buckets = rolling ? -Math.floor(-settings.interval / settings.bucketPeriod) : 1;
    this.bucketPeriod = rolling ? settings.bucketPeriod : settings.interval;
    this.interval = rolling ? buckets * settings.bucketPeriod : settings.interval;
    this.timeout = settings.timeout;
    this.readyToTrip = settings.readyToTrip;
    this.counts = new RollingCounts(buckets);
    this.seen = new RollingCounts(buckets);
    this.enter(CLOSED, 0);
  }

  state(now: number): BreakerState {
    this.refresh(now);
    return this.current;
  }

  acquire(now: number): number {
    this.refresh(now);
    if (this.current === OPEN) return NO_TICKET;
    if (this.current === HALF_OPEN && this.counts.validRequests >= this.maxRequests) return NO_TICKET;
    this.counts.onRequest();
    return this.firstTicket + this.counts.age;
  }

  record(now: number, ticket: number, failed: boolean, _duration: number): void {
    this.see(now, failed);
    this.refresh(now);
    if (ticket < this.firstTicket) return;
    const age = ticket - this.firstTicket;
    if (failed) this.onFailure(now, age);
    else this.onSuccess(now, age);
  }

  release(now: number, ticket: number): void {
    this.refresh(now);
    if (ticket >= this.firstTicket) this.counts.onExclusion(ticket - this.firstTicket);
  }

  tripped(now: number): boolean {
    this.growSeen(now);
    return this.readyToTrip(this.seen);
  }

  private onSuccess(now: number, age: number): void {
    this.counts.onSuccess(age);
    if (this.current === HALF_OPEN && this.counts.consecutiveSuccesses >= this.maxRequests) this.enter(CLOSED, now);
  }

  private onFailure(now: number, age: number): void {
    if (this.current === HALF_OPEN) {
      this.enter(OPEN, now);
      return;
    }
    this.counts.onFailure(age);
    if (this.readyToTrip(this.counts)) this.enter(OPEN, now);
  }

  private refresh(now: number): void {
    if (now > this.expiry) this.enter(this.current === OPEN ? HALF_OPEN : CLOSED, now);
    else if (this.current === CLOSED && this.counts.buckets >= 2) this.counts.grow(this.bucketsSince(this.start, now));
  }

  /** Begins a new generation. */
  private enter(state: BreakerState, now: number): void {
    this.current = state;
    this.firstTicket += this.counts.age + 1;
    this.start = now;
    this.counts.clear();
    this.expiry = now + this.lifetime(state);
  }

  private lifetime(state: BreakerState): number {
    if (state === OPEN) return this.timeout;
    const tumbles = state === CLOSED && this.interval > 0 && this.counts.buckets < 2;
    return tumbles ? this.interval : NEVER;
  }

  private bucketsSince(start: number, now: number): number {
    return this.bucketPeriod > 0 ? Math.floor((now - start) / this.bucketPeriod) : 0;
  }

  private see(now: number, failed: boolean): void {
    this.growSeen(now);
    this.seen.onRequest();
    if (failed) this.seen.onFailure(this.seen.age);
    else this.seen.onSuccess(this.seen.age);
  }

  private growSeen(now: number): void {
    this.seen.grow(this.bucketsSince(0, now));
  }
}
