/**
 * How an attempt ended, in one integer: its kind, which every layer sees (as a status code is seen), and its origin
 * and cause, which the measurement always knows but a layer only where the result is `visible` to it.
 *
 * Bits 0-2 kind, 3-8 cause, 9 visible, 10 wrong, from 11 on origin (0 the instance or the network, n + 1 layer n).
 */
export type Result = number & { readonly brand: 'result' };

export const OK = 0;
export const ERROR = 1;
/** 503: refused by a layer, or by an instance that is full or gone. */
export const REFUSED = 2;
/** 429. */
export const LIMITED = 3;
/** 504. */
export const TIMED_OUT = 4;
/** Nobody waits for it any more: a hang-up or a lost hedge. */
export const CANCELLED = 5;
export type Kind = 0 | 1 | 2 | 3 | 4 | 5;

export const KIND_NAMES = ['ok', 'error', 'refused', 'limited', 'timedOut', 'cancelled'] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** Why. A closed list; the index is the code. */
export const CAUSE_NAMES = [
  'none',
  'circuitOpen',
  'rateLimited',
  'overflow',
  'noInstance',
  'crashed',
  'serverError',
  'unreachable',
  'notReady',
  'shed',
  'perTryTimeout',
  'hangUp',
  'hedgeLost',
  'dropped',
  'capped',
  'concurrencyLimit',
  'partialAnswer',
  'staleAnswer',
  'dependency',
  'deadlineExceeded',
  'layerDown',
  'saturated',
  'conflict',
  'custom',
] as const;
export type CauseName = (typeof CAUSE_NAMES)[number];
export type Cause = number & { readonly brand: 'cause' };

function cause(name: CauseName): Cause {
  return CAUSE_NAMES.indexOf(name) as Cause;
}
export const NO_CAUSE = cause('none');
export const CIRCUIT_OPEN = cause('circuitOpen');
export const RATE_LIMITED = cause('rateLimited');
/** The instance's queue is full. */
export const OVERFLOW = cause('overflow');
export const NO_INSTANCE = cause('noInstance');
export const CRASHED = cause('crashed');
export const SERVER_ERROR = cause('serverError');
/** A gray failure or a partition: this caller cannot reach that instance. */
export const UNREACHABLE = cause('unreachable');
export const NOT_READY = cause('notReady');
/** Dropped from a queue by its discipline (CoDel). */
export const SHED = cause('shed');
export const PER_TRY_TIMEOUT = cause('perTryTimeout');
export const HANG_UP = cause('hangUp');
export const HEDGE_LOST = cause('hedgeLost');
export const DROPPED = cause('dropped');
/** Refused by the simulator's own cap on work in the system. */
export const CAPPED = cause('capped');
export const CONCURRENCY_LIMIT = cause('concurrencyLimit');
export const PARTIAL_ANSWER = cause('partialAnswer');
export const STALE_ANSWER = cause('staleAnswer');
/** A call that the service made itself failed. */
export const DEPENDENCY = cause('dependency');
export const DEADLINE_EXCEEDED = cause('deadlineExceeded');
export const LAYER_DOWN = cause('layerDown');
export const SATURATED = cause('saturated');
/** Another write took hold while this one was under way. */
export const CONFLICT = cause('conflict');
export const CUSTOM = cause('custom');

const CAUSE_SHIFT = 3;
const CAUSE_MASK = 63;
const VISIBLE = 1 << 9;
const WRONG = 1 << 10;
const ORIGIN_SHIFT = 11;

/** The origin of what an instance, or the network on the way to it, made. */
export const FROM_INSTANCE = -1;

/** Makes a result. `origin` is the index of the layer that made it, or `FROM_INSTANCE`. It starts out visible. */
export function makeResult(kind: Kind, why: Cause, origin: number): Result {
  return (kind | (why << CAUSE_SHIFT) | VISIBLE | ((origin + 1) << ORIGIN_SHIFT)) as Result;
}

export function kindOf(result: Result): Kind {
  return (result & 7) as Kind;
}

export function causeOf(result: Result): Cause {
  return ((result >> CAUSE_SHIFT) & CAUSE_MASK) as Cause;
}

/** Index of the layer that made it, or `FROM_INSTANCE`. The truth: a layer may look only if `isVisible`. */
export function originOf(result: Result): number {
  return (result >>> ORIGIN_SHIFT) - 1;
}

/** Whether the layer that receives it can see its origin and cause. */
export function isVisible(result: Result): boolean {
  return (result & VISIBLE) !== 0;
}

/** The same result with its origin and cause hidden from the layers outside. */
export function hide(result: Result): Result {
  return (result & ~VISIBLE) as Result;
}

/** The same result, its origin and cause visible: what a layer with full detail sees. */
export function reveal(result: Result): Result {
  return (result | VISIBLE) as Result;
}

/** A 200 that is stale, partial or false. No layer can see this. */
export function isWrong(result: Result): boolean {
  return (result & WRONG) !== 0;
}

export function makeWrong(result: Result): Result {
  return (result | WRONG) as Result;
}

export const SERVED_OK = makeResult(OK, NO_CAUSE, FROM_INSTANCE);
