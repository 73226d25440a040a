import { pow } from '../../../kernel/math.ts';

/** What retries do to load and success where every attempt fails independently with one probability. */
export interface RetryMeans {
  /** Attempts that reach the service for each call at the top. */
  readonly attempts: number;
  readonly success: number;
}

/** Layers of retries around each other, each with at most `retries` retries. */
export function layeredRetries(layers: number, retries: number, failure: number): RetryMeans {
  let attempts = 1;
  let p = failure;
  for (let layer = 0; layer < layers; layer++) {
    attempts *= attemptsOf(retries, p);
    p = pow(p, retries + 1);
  }
  return { attempts, success: 1 - p };
}

function attemptsOf(retries: number, p: number): number {
  let sum = 0;
  for (let i = 0; i <= retries; i++) sum += pow(p, i);
  return sum;
}

/**
 * At most `retries` retries out of a token bucket into which each call that succeeds puts `deposit` tokens, long after
 * its first filling is spent.
 */
export function retriesPaidBySuccess(retries: number, failure: number, deposit: number): RetryMeans {
  const free = layeredRetries(1, retries, failure);
  if (free.attempts - 1 <= deposit * free.success) return free;
  const success = (1 - failure) / (1 - deposit * (1 - failure));
  return { attempts: 1 + deposit * success, success };
}

/** Any number of retries out of a token bucket into which each call puts `deposit` tokens as it begins. */
export function retriesPaidByCalls(failure: number, deposit: number): RetryMeans {
  const wanted = failure === 1 ? Infinity : failure / (1 - failure);
  return { attempts: 1 + Math.min(wanted, deposit), success: Math.min(1, (1 + deposit) * (1 - failure)) };
}

/**
 * The load on a backend that serves `capacity` of `offered` calls and refuses the rest at random, where every refused
 * attempt is tried again up to `tries` attempts in all.
 */
export function saturatedByRetries(capacity: number, offered: number, tries: number): number {
  const refused = pow(1 - capacity / offered, 1 / tries);
  return capacity / (1 - refused);
}
