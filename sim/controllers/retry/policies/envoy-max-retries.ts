import type { Kind } from '../../../stack/result.ts';
import { IdleRetryBudget } from './idle-retry-budget.ts';

/**
 * Envoy's `max_retries`: so many retries at once, over all calls to the cluster, however long each takes. A retry counts
 * from the decision on, its wait included, until its result is in; a call's own last retry is no longer counted when
 * the call asks for its next.
 *
 * Source: envoyproxy/envoy source/common/router/retry_state_impl.cc shouldRetry, resetRetry;
 * source/common/upstream/resource_manager_impl.h.
 */
export class EnvoyMaxRetries extends IdleRetryBudget {
  private readonly maxRetries: number;
  private outstanding = 0;

  constructor(maxRetries: number) {
    super();
    this.maxRetries = maxRetries;
  }

  /** How many retries may be outstanding now. */
  limit(): number {
    return this.maxRetries;
  }

  override attemptEnded(_now: number, _kind: Kind, _retryable: boolean, retries: number): void {
    if (retries > 0) this.outstanding--;
  }

  override tryRetry(_now: number): boolean {
    if (this.outstanding >= this.limit()) return false;
    this.outstanding++;
    return true;
  }

  override retryDropped(): void {
    this.outstanding--;
  }

  override left(): number {
    const limit = this.limit();
    return limit === 0 ? 0 : Math.max(0, limit - this.outstanding) / limit;
  }
}
