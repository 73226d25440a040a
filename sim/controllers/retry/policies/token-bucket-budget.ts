import { IdleRetryBudget } from './idle-retry-budget.ts';

/** Deposits are exact to a millionth of a token. */
const SCALE = 1e6;

export const DEPOSIT_EVENTS = ['success', 'call'] as const;
export type DepositEvent = (typeof DEPOSIT_EVENTS)[number];

/**
 * A token bucket of retries: each call that succeeds (or each call that begins) puts part of a token in, up to `cap`;
 * each retry takes `cost`. It begins full. Over any span the retries cost at most cap + deposit * deposits of that span.
 * While failures are few every call can retry; when all fail, deposits on success stop and so do the retries.
 *
 * Source: M. Brooker, "Fixing retries with token buckets and circuit breakers", 2022.
 */
export class TokenBucketBudget extends IdleRetryBudget {
  private readonly deposit: number;
  private readonly on: DepositEvent;
  private readonly cap: number;
  private readonly cost: number;
  private tokens: number;

  /** All in tokens. */
  constructor(deposit: number, on: DepositEvent, cap: number, cost: number) {
    super();
    this.deposit = Math.floor(deposit * SCALE + 0.5);
    this.on = on;
    this.cap = Math.floor(cap * SCALE + 0.5);
    this.cost = Math.floor(cost * SCALE + 0.5);
    this.tokens = this.cap;
  }

  override began(): void {
    if (this.on === 'call') this.put();
  }

  override tryRetry(): boolean {
    if (this.tokens < this.cost) return false;
    this.tokens -= this.cost;
    return true;
  }

  override ended(_now: number, ok: boolean): void {
    if (ok && this.on === 'success') this.put();
  }

  override left(): number {
    return this.cap === 0 ? 0 : this.tokens / this.cap;
  }

  private put(): void {
    this.tokens = Math.min(this.cap, this.tokens + this.deposit);
  }
}
