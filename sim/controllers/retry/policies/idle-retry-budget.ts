import type { Kind } from '../../../stack/result.ts';
import type { RetryBudget } from '../policy.ts';

/** A budget that takes no notice of anything: rules extend it with what they use. */
export abstract class IdleRetryBudget implements RetryBudget {
  began(_now: number): void {}

  allowance(_now: number): number {
    return Infinity;
  }

  attemptEnded(_now: number, _kind: Kind, _retryable: boolean, _retries: number): void {}

  abstract tryRetry(now: number, kind: Kind): boolean;

  retryBegan(_now: number): void {}

  retryDropped(_now: number): void {}

  ended(_now: number, _ok: boolean, _retries: number, _retriedAfter: Kind): void {}

  abstract left(now: number): number;
}
