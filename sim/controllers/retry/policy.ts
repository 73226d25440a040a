import type { RandomSource } from '../../kernel/random.ts';
import type { Kind } from '../../stack/result.ts';
import { definePolicy } from '../definition.ts';
import type { PolicyDefinition } from '../definition.ts';

/** What a backoff remembers of one call from wait to wait: one number, kept in the call, 0 when the call begins. */
export interface BackoffMemory {
  backoffMemory: number;
}

/** How long to wait before a retry. It holds no state of its own: one object serves every call. */
export interface Backoff {
  /**
   * Whole nanoseconds to wait before retry number `retry` (1 is the first) of the call that `memory` belongs to.
   * `random` is this wait's own draw, `kind` how the attempt ended that is to be retried.
   */
  delay(retry: number, memory: BackoffMemory, random: RandomSource, kind: Kind): number;
}

/**
 * What a client may spend on retries, over all its calls. Pure: it is given the time (nanoseconds, never going back).
 * The methods are called in the order of a call's life; a rule implements what it uses (`IdleRetryBudget` leaves the
 * rest empty):
 *
 * `began`, `allowance`, then for each attempt `attemptEnded`, and while the call goes on `tryRetry`; if that allows one,
 * either `retryBegan` (at once for a hedge, else after the wait) or `retryDropped`; at last `ended`. Every attempt that
 * began ends once, before its call does, those that a timer or a lost hedge ends too.
 */
export interface RetryBudget {
  /** A call begins with its first attempt. */
  began(now: number): void;
  /** The most retries that a call that begins now may make, by this budget alone; `Infinity` if it sets none. */
  allowance(now: number): number;
  /**
   * An attempt ended; it was retry number `retries` of its call (0: the first attempt). `retryable` says whether the
   * policy retries such results at all, be the budget or the number of tries spent or not.
   */
  attemptEnded(now: number, kind: Kind, retryable: boolean, retries: number): void;
  /**
   * Asks for one retry after an attempt that ended as `kind` (`OK` for a hedge, which follows no result), and takes
   * what it costs.
   */
  tryRetry(now: number, kind: Kind): boolean;
  /** A retry that `tryRetry` had allowed is sent. */
  retryBegan(now: number): void;
  /** A retry that `tryRetry` had allowed is not made after all: its call ended during the wait. */
  retryDropped(now: number): void;
  /**
   * A call ended, well or not, after so many retries; `retriedAfter` is how the attempt had ended that the last of
   * them followed, `OK` if there was none.
   */
  ended(now: number, ok: boolean, retries: number, retriedAfter: Kind): void;
  /** What is left, as a share of the most it can hold; for display. */
  left(now: number): number;
}

/**
 * Which results are retried, as bits: `kinds` by kind, `causes` by cause where that is visible, `never` by visible
 * cause, before either. Made by `retryOn`, asked by `isRetryable` (policies/retry-on.ts).
 */
export interface RetryOn {
  readonly kinds: number;
  readonly causes: number;
  readonly never: number;
}

/** What a client makes of an answer that says when to come again. */
export interface RetryAfter {
  /** Nanoseconds to wait, where the backoff says `own` and the answer asks for `asked`. */
  wait(own: number, asked: number, random: RandomSource): number;
  /** Whether the waits begin anew after it: the next retry of the call is number 1 again. */
  readonly startsOver: boolean;
}

/** Further copies of an attempt that are sent before it has ended. The first success cancels the other copies. */
export interface HedgeRule {
  /** Nanoseconds without an answer until the next copy is sent; 0 sends all at once. */
  readonly after: number;
  /** Copies of one call beside the first attempt. */
  readonly max: number;
  /**
   * `nextCopy`: a retryable failure sends the next copy at once, any other cancels all copies and ends the call.
   * `wait`: a failure waits for the copies still under way; the last one to fail is retried like any attempt.
   */
  readonly onFailure: 'nextCopy' | 'wait';
}

/** A limit on how fast attempts are sent, first ones included: what a client does beside retrying. */
export interface Pace {
  /** Nanoseconds that an attempt that is wanted now has to wait; its place is taken. */
  acquire(now: number): number;
  /** An attempt ended. */
  ended(now: number, kind: Kind): void;
}

/** What every retry policy, generic or a product's, resolves to: the layer knows nothing else. */
export interface RetryPolicy {
  /** Most attempts of one call, the first included; `Infinity` where only the budget ends it. */
  readonly tries: number;
  /** Nanoseconds for one attempt; `NEVER` for no limit. */
  readonly perTryTimeout: number;
  /** Whether that also bounds the last attempt that `tries` allows. */
  readonly lastTryTimesOut: boolean;
  /** Nanoseconds for the whole call, all attempts and waits; `NEVER` for no limit. */
  readonly timeout: number;
  readonly retryOn: RetryOn;
  readonly backoff: Backoff;
  /** Makes the budget of one client (one copy of the layer); null where retries are free. */
  readonly budget: (() => RetryBudget) | null;
  /** Whether a retry's choice of an instance is repeated, if it fell on one that this call has tried. */
  readonly avoidPreviousHosts: boolean;
  /** How often the choice is repeated at most; after that the last one stands. */
  readonly hostSelectionMaxAttempts: number;
  readonly hedge: HedgeRule | null;
  /** Null where an answer's wish is ignored. */
  readonly retryAfter: RetryAfter | null;
  /** Makes the pace of one client; null where attempts are sent at once. */
  readonly pace: (() => Pace) | null;
}

export type RetryPolicyDefinition = PolicyDefinition<RetryPolicy>;
export const defineRetryPolicy = definePolicy<RetryPolicy>();
