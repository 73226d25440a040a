import type { RandomSource } from '../../kernel/random.ts';
import type { Kind } from '../../stack/result.ts';
import type { OwnDraws } from '../definition.ts';

/** How long to wait before a retry. Pure. */
export interface Backoff {
  /**
   * Nanoseconds to wait before retry number `retry` (1 is the first). `previous` is the wait before the last retry of
   * this call, 0 before the first. `random` is this wait's own draw.
   */
  delay(retry: number, previous: number, random: RandomSource): number;
}

/**
 * What a client may spend on retries, over all its calls. Pure: it is given the time (nanoseconds, never going back).
 * The methods are called in the order of a call's life; a rule implements what it uses and leaves the rest empty.
 */
export interface RetryBudget {
  /** A call begins (its first attempt). */
  began(now: number): void;
  /** An attempt ended; `retries` is how many retries the call had made before it. Called before `tryRetry`. */
  attemptEnded(now: number, kind: Kind, retries: number): void;
  /** Asks for one retry after an attempt that ended as `kind`; takes what it costs. */
  tryRetry(now: number, kind: Kind): boolean;
  /** A call ended, well or not, after so many retries. */
  ended(now: number, ok: boolean, retries: number): void;
  /** What is left, as a share of the most it can hold; for display. */
  left(now: number): number;
}

/** For budgets that need draws of their own. */
export type RetryBudgetContext = OwnDraws;
