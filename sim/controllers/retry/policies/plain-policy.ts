import { NEVER } from '../../../kernel/time.ts';
import type { RetryPolicy } from '../policy.ts';

/** What a policy that says no more than when, how often and after what it retries leaves as it is. */
export const PLAIN_POLICY: Omit<RetryPolicy, 'tries' | 'retryOn' | 'backoff'> = {
  perTryTimeout: NEVER,
  lastTryTimesOut: true,
  timeout: NEVER,
  budget: null,
  avoidPreviousHosts: false,
  hostSelectionMaxAttempts: 1,
  hedge: null,
  retryAfter: null,
  pace: null,
};
