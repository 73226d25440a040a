import { SECOND } from '../../../kernel/time.ts';

/** A rate without limit: every event passes, the burst is ignored. `rate.Inf` in Go. */
export const UNLIMITED = Infinity;

/** The promise of `reserve`. Like Go's `Reservation`; cancel it with the limiter that made it. */
export interface Reservation {
  /** False if more was asked for than the burst, or the wait would be too long: nothing was taken. */
  readonly ok: boolean;
  readonly tokens: number;
  /** When its holder may act. */
  readonly actAt: number;
  /** The rate at the time of the reservation. */
  readonly limit: number;
}

const REFUSED: Reservation = { ok: false, tokens: 0, actAt: 0, limit: 0 };

/** What `wait` can end in before anything is reserved. */
export type WaitRefusal = 'cancelled' | 'exceedsBurst' | 'exceedsDeadline';

/**
 * The token bucket of golang.org/x/time/rate (`Limiter`, rate.go at 2b4e439): starts full, refills continuously, and
 * lets callers reserve tokens that are still to come, so that the count may be negative.
 *
 * Kept as they are: a refusal changes nothing; waits are cut to whole nanoseconds, so that a token is given up to 1 ns
 * early; where the clock goes back the bucket takes the earlier time without a refill, and later refills that stretch
 * a second time; a rate of 0 leaves the initial burst and no more.
 */
export class GoLimiter {
  limit: number;
  burst: number;
  private tokens: number;
  /** When `tokens` was true. */
  private last = 0;
  /** The latest time of an event that was let through or reserved. */
  private lastEvent = 0;

  /** @param limit events a second, or `UNLIMITED`; @param burst the most tokens, and the most that one call may take */
  constructor(limit: number, burst: number) {
    this.limit = limit;
    this.burst = burst;
    this.tokens = burst;
  }

  /** Tokens that there are at `now`; below 0 where they are reserved ahead. */
  tokensAt(now: number): number {
    const elapsed = now < this.last ? 0 : now - this.last;
    return Math.min(this.burst, this.tokens + tokensFromDuration(this.limit, elapsed));
  }

  /** Whether `n` events may happen now. */
  allow(now: number, n = 1): boolean {
    return this.take(now, n, 0) >= 0;
  }

  /** Reserves `n` tokens if they come within `maxWait` nanoseconds. */
  reserve(now: number, n = 1, maxWait = Infinity): Reservation {
    const limit = this.limit;
    const wait = this.take(now, n, maxWait);
    if (wait < 0) return REFUSED;
    return { ok: true, tokens: n, actAt: now + wait, limit: limit === UNLIMITED ? 0 : limit };
  }

  /**
   * Like `Wait` with a context: refuses at once what cannot be had before `deadline`, else reserves. The caller that
   * gives up before `actAt` cancels the reservation at that moment.
   */
  wait(now: number, n = 1, deadline = Infinity, cancelled = false): Reservation | WaitRefusal {
    if (n > this.burst && this.limit !== UNLIMITED) return 'exceedsBurst';
    if (cancelled) return 'cancelled';
    const reservation = this.reserve(now, n, deadline - now);
    return reservation.ok ? reservation : 'exceedsDeadline';
  }

  /** Takes `n` tokens and returns the wait for them in nanoseconds, or -1 (nothing taken) if it exceeds `maxWait`. */
  take(now: number, n: number, maxWait: number): number {
    if (this.limit === UNLIMITED) return 0;
    const tokens = this.tokensAt(now) - n;
    const wait = this.waitOf(tokens);
    if (n > this.burst || wait > maxWait) return -1;
    this.last = now;
    this.tokens = tokens;
    this.lastEvent = now + wait;
    return wait;
  }

  /** The wait that `n` tokens would take now; takes nothing. */
  waitFor(now: number, n = 1): number {
    return this.limit === UNLIMITED ? 0 : this.waitOf(this.tokensAt(now) - n);
  }

  private waitOf(tokens: number): number {
    return tokens < 0 ? durationFromTokens(this.limit, -tokens) : 0;
  }

  /** Takes `n` without asking, as far as there is anything left; not a method of the product. */
  charge(now: number, n: number): void {
    const tokens = this.tokensAt(now);
    this.last = now;
    this.tokens = tokens > 0 ? Math.max(0, tokens - n) : tokens;
  }

  /** Undoes a reservation as far as no later one has been given its tokens; nothing once its time to act is over. */
  cancel(now: number, reservation: Reservation): void {
    if (!reservation.ok) return;
    this.giveBack(now, reservation.tokens, reservation.actAt, reservation.limit);
  }

  /** `cancel` by the reservation's parts. */
  giveBack(now: number, n: number, actAt: number, limit: number): void {
    if (this.limit === UNLIMITED || n === 0 || actAt < now) return;
    // What was reserved after this reservation stays taken: as much as comes in from its time to act to the last's.
    const restored = n - tokensFromDuration(limit, this.lastEvent - actAt);
    if (restored <= 0) return;
    const tokens = Math.min(this.burst, this.tokensAt(now) + restored);
    this.last = now;
    this.tokens = tokens;
    if (actAt !== this.lastEvent) return;
    const previous = actAt + durationFromTokens(limit, -n);
    if (previous >= now && previous !== Infinity) this.lastEvent = previous;
  }

  setLimit(now: number, limit: number): void {
    this.tokens = this.tokensAt(now);
    this.last = now;
    this.limit = limit;
  }

  setBurst(now: number, burst: number): void {
    this.tokens = this.tokensAt(now);
    this.last = now;
    this.burst = burst;
  }
}

/** Tokens that come in over `duration`. Seconds and nanoseconds apart, as Go's `Duration.Seconds`, for exactness. */
function tokensFromDuration(limit: number, duration: number): number {
  if (limit <= 0 || duration === 0) return 0;
  // Whole durations up to 2^53 ns are exact in this form, which is much faster than a remainder of floats.
  const seconds = Math.floor(duration / SECOND);
  return (seconds + (duration - seconds * SECOND) / SECOND) * limit;
}

/** Whole nanoseconds in which `tokens` come in, cut toward 0. */
function durationFromTokens(limit: number, tokens: number): number {
  if (limit <= 0) return Infinity;
  const duration = (tokens / limit) * SECOND;
  return duration < 0 ? -Math.floor(-duration) : Math.floor(duration);
}
