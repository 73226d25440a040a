import { LIMITED, OK, TIMED_OUT } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import { IdleRetryBudget } from './idle-retry-budget.ts';

/** Tokens that a retry costs, by what it follows. */
export interface AwsRetryCosts {
  readonly other: number;
  readonly timeout: number;
  readonly throttling: number;
}

/** Standard mode. */
export const AWS_COSTS: AwsRetryCosts = { other: 5, timeout: 10, throttling: 5 };
/** Standard mode 2.1. */
export const AWS_COSTS_V2_1: AwsRetryCosts = { other: 14, timeout: 14, throttling: 5 };

/** What a call that succeeded without a retry puts back. */
const NO_RETRY_INCREMENT = 1;

/**
 * The AWS SDK's retry quota: a client-wide store of tokens. A retry takes its cost, or is not made; a call that succeeds
 * puts back what its *last* retry had cost, or 1 if it made none; a call that fails puts nothing back. So a call that
 * needed two retries loses one cost for good, and a client refills by one token a call.
 *
 * Source: boto/botocore botocore/retries/quota.py RetryQuota, botocore/retries/standard.py RetryQuotaChecker.
 */
export class AwsRetryQuota extends IdleRetryBudget {
  private readonly capacity: number;
  private readonly costs: AwsRetryCosts;
  private available: number;

  constructor(capacity: number, costs: AwsRetryCosts = AWS_COSTS) {
    super();
    this.capacity = capacity;
    this.costs = costs;
    this.available = capacity;
  }

  availableCapacity(): number {
    return this.available;
  }

  acquire(amount: number): boolean {
    if (amount > this.available) return false;
    this.available -= amount;
    return true;
  }

  release(amount: number): void {
    this.available = Math.min(this.capacity, this.available + amount);
  }

  override tryRetry(_now: number, kind: Kind): boolean {
    return this.acquire(this.cost(kind));
  }

  /** What the dropped retry had cost stays spent: nothing gives it back before the call succeeds. */
  override ended(_now: number, ok: boolean, retries: number, retriedAfter: Kind): void {
    if (!ok) return;
    this.release(retries === 0 || retriedAfter === OK ? NO_RETRY_INCREMENT : this.cost(retriedAfter));
  }

  override left(): number {
    return this.capacity === 0 ? 0 : this.available / this.capacity;
  }

  private cost(kind: Kind): number {
    if (kind === TIMED_OUT) return this.costs.timeout;
    return kind === LIMITED ? this.costs.throttling : this.costs.other;
  }
}
