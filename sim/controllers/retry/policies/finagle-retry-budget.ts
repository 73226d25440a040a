import { SECOND } from '../../../kernel/time.ts';
import { LeakyTokenBucket } from '../../shared/leaky-token-bucket.ts';
import { IdleRetryBudget } from './idle-retry-budget.ts';

/** Lets fractions of a retry be counted in whole tokens. */
const SCALE = 1000;

/**
 * Finagle's `RetryBudget`: each call deposits 1000 tokens, each retry withdraws 1000 / percentCanRetry, cut to a whole
 * number; tokens leak away after about `ttl`. A reserve of minRetriesPerSec * ttl retries is there from the start; what
 * is taken from it comes back only when the debit leaves the window. With a percentage of 0 calls deposit nothing and a
 * retry costs 1 of the reserve.
 *
 * `maxRetriesPerReq` is the share of the balance that one call may use for its retries (`RequeueFilter`: the balance
 * when the call begins, its own deposit included, times this, rounded up).
 *
 * Source: twitter/finagle finagle-core RetryBudget.scala, RequeueFilter.scala.
 */
export class FinagleRetryBudget extends IdleRetryBudget {
  readonly depositAmount: number;
  readonly withdrawalAmount: number;
  private readonly bucket: LeakyTokenBucket;
  private readonly maxRetriesPerReq: number;
  private readonly reserve: number;

  /** @param ttl nanoseconds, 1 s to 60 s @param percentCanRetry a share of one, 0 to 1000 */
  constructor(ttl: number, minRetriesPerSec: number, percentCanRetry: number, maxRetriesPerReq = Infinity) {
    super();
    this.depositAmount = percentCanRetry === 0 ? 0 : SCALE;
    this.withdrawalAmount = percentCanRetry === 0 ? 1 : Math.floor(SCALE / percentCanRetry);
    this.reserve = minRetriesPerSec * Math.floor(ttl / SECOND);
    this.bucket = new LeakyTokenBucket(ttl, this.reserve * this.withdrawalAmount, 0);
    this.maxRetriesPerReq = maxRetriesPerReq;
  }

  /** How many retries could be made now. */
  balance(now: number): number {
    const tokens = this.bucket.count(now) / this.withdrawalAmount;
    return tokens < 0 ? 0 - Math.floor(-tokens) : Math.floor(tokens);
  }

  override began(now: number): void {
    this.bucket.put(now, this.depositAmount);
  }

  override allowance(now: number): number {
    if (this.maxRetriesPerReq === Infinity) return Infinity;
    return -Math.floor(-this.maxRetriesPerReq * this.balance(now));
  }

  override tryRetry(now: number): boolean {
    return this.bucket.tryGet(now, this.withdrawalAmount);
  }

  /** Deposits have no most; the reserve counts as full. */
  override left(now: number): number {
    return Math.max(0, Math.min(1, this.balance(now) / Math.max(1, this.reserve)));
  }
}
