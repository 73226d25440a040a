/**
 * How an attempt ended, as one integer: its kind, which every layer sees (as a status code is seen), and its origin
 * and cause, which are always known to the measurement but to a layer only where the result is `visible`.
 */
export type Result = number & { readonly result: unique symbol };

/** Kinds. A result is of one kind; `cancelled` ascends only into layers that nobody waits for any more. */
export const OK = 0;
export const ERROR = 1;
/** 503: refused by a layer, or by an instance that is full or gone. */
export const REFUSED = 2;
/** 429. */
export const LIMITED = 3;
/** 504. */
export const TIMED_OUT = 4;
export const CANCELLED = 5;
export type Kind = 0 | 1 | 2 | 3 | 4 | 5;

export const KIND_NAMES = ['ok', 'error', 'refused', 'limited', 'timedOut', 'cancelled'] as const;
export type KindName = (typeof KIND_NAMES)[number];
