import { IdleRetryBudget } from './idle-retry-budget.ts';

/**
 * Finagle's `RetryBudget.Empty` and `RetryBudget.Infinite`: never a retry, and always one (its balance says 100).
 *
 * Source: twitter/finagle finagle-core RetryBudget.scala.
 */
export class FixedRetryBudget extends IdleRetryBudget {
  private readonly retries: number;

  /** @param balance 0 for no retries ever, anything above for all of them */
  constructor(balance: number) {
    super();
    this.retries = balance;
  }

  balance(_now: number): number {
    return this.retries;
  }

  override tryRetry(): boolean {
    return this.retries > 0;
  }

  override left(): number {
    return this.retries > 0 ? 1 : 0;
  }
}
