import {
  CANCELLED,
  causeOf,
  ERROR,
  isWrong,
  kindOf,
  LIMITED,
  NO_INSTANCE,
  OK,
  originOf,
  REFUSED,
  TIMED_OUT,
} from './result.ts';
import type { Result } from './result.ts';

/** How a request ended, for its client. Offered requests are the sum of all outcomes, always. */
export const SERVED = 0;
/** Answered after its deadline. */
export const LATE = 1;
/** Answered in time, but stale, partial or false. */
export const WRONG = 2;
/** Refused by a layer, though there was an instance. */
export const REJECTED = 3;
/** Ended by a timer: a layer's, or the client's patience. */
export const EXPIRED = 4;
/** An error, a full queue, a crash, no instance. */
export const FAILED = 5;
/** The client hung up, and every attempt had been dropped in silence. */
export const DROPPED_OUTCOME = 6;
/** Still open when the run ended. */
export const UNFINISHED = 7;
export type Outcome = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const OUTCOME_NAMES = [
  'served',
  'late',
  'wrong',
  'rejected',
  'timedOut',
  'failed',
  'dropped',
  'unfinished',
] as const;
export type OutcomeName = (typeof OUTCOME_NAMES)[number];

/** The outcome that the result reaching the client at `now` decides. */
export function outcomeOf(result: Result, now: number, deadlineAt: number): Outcome {
  switch (kindOf(result)) {
    case OK:
      if (now > deadlineAt) return LATE;
      return isWrong(result) ? WRONG : SERVED;
    case ERROR:
      return FAILED;
    case REFUSED:
    case LIMITED:
      return originOf(result) >= 0 && causeOf(result) !== NO_INSTANCE ? REJECTED : FAILED;
    case TIMED_OUT:
    case CANCELLED:
      return EXPIRED;
  }
}
