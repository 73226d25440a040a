import { CANCELLED, CAUSE_NAMES, causeOf, isVisible, KIND_NAMES, kindOf, OK } from '../../../stack/result.ts';
import type { CauseName, KindName, Result } from '../../../stack/result.ts';
import type { RetryOn } from '../policy.ts';

/** A kind of failure, or a cause, which matches only where it is visible. */
export type RetryCondition = Exclude<KindName, 'ok' | 'cancelled'> | Exclude<CauseName, 'none'>;

/** The kinds of failure that a retry can follow. */
export const RETRIABLE_KINDS = ['error', 'refused', 'limited', 'timedOut'] as const;

/** What a scenario may name in `retryOn`. */
export const RETRY_CONDITIONS = [
  ...RETRIABLE_KINDS,
  'overflow',
  'circuitOpen',
  'noInstance',
  'crashed',
  'unreachable',
  'notReady',
  'concurrencyLimit',
] as const satisfies readonly RetryCondition[];

/** Results that meet one of `conditions` are retried, but never one whose visible cause is in `never`. */
export function retryOn(conditions: readonly RetryCondition[], never: readonly CauseName[] = []): RetryOn {
  return {
    kinds: bits(KIND_NAMES, conditions),
    causes: bits(CAUSE_NAMES, conditions),
    never: bits(CAUSE_NAMES, never),
  };
}

/** One bit for each of `names` that is among `chosen`. */
function bits(names: readonly string[], chosen: readonly string[]): number {
  let set = 0;
  for (const [code, name] of names.entries()) if (chosen.includes(name)) set |= 1 << code;
  return set;
}

/** Whether a result is one that is retried. A success never is, nor what nobody waits for any more. */
export function isRetryable(on: RetryOn, result: Result): boolean {
  const kind = kindOf(result);
  if (kind === OK || kind === CANCELLED) return false;
  const cause = isVisible(result) ? 1 << causeOf(result) : 0;
  if ((on.never & cause) !== 0) return false;
  return (on.kinds & (1 << kind)) !== 0 || (on.causes & cause) !== 0;
}
