import type { Kind } from '../../../stack/result.ts';
import { EnvoyMaxRetries } from './envoy-max-retries.ts';

/**
 * Envoy's `retry_budget`: retries may be outstanding up to a percentage of the requests that are active or pending now,
 * cut to a whole number, but always up to `minRetryConcurrency`. It replaces `max_retries`. Active are the attempts under
 * way, retries that are on their way included, retries that still wait and the attempt that has just failed not.
 *
 * Source: envoyproxy/envoy source/common/upstream/resource_manager_impl.h RetryBudgetImpl.
 */
export class EnvoyRetryBudget extends EnvoyMaxRetries {
  private readonly budget: number;
  private active = 0;

  /** @param budget a share of one @param minRetryConcurrency a whole number */
  constructor(budget: number, minRetryConcurrency: number) {
    super(minRetryConcurrency);
    this.budget = budget;
  }

  override limit(): number {
    return Math.max(Math.floor(this.budget * this.active), super.limit());
  }

  override began(): void {
    this.active++;
  }

  override retryBegan(): void {
    this.active++;
  }

  override attemptEnded(now: number, kind: Kind, retryable: boolean, retries: number): void {
    super.attemptEnded(now, kind, retryable, retries);
    this.active--;
  }
}
