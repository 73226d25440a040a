import { SECOND } from '../../../kernel/time.ts';
import { CANCELLED } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import { IdleRetryBudget } from './idle-retry-budget.ts';

const SLOTS = 10;

/**
 * tower's `TpsBudget`, which Linkerd uses: a result that is not retryable (a success above all) deposits, a retry
 * withdraws, and both leave a window of about `ttl`; minPerSec * ttl retries are in reserve. Up to 100 % a deposit is 1
 * and a withdrawal int(1 / percent), in float32: 30 % and 33 % are the same. Above, 1000 and int(1000 / percent).
 *
 * The window is ten slots and the one being written, so it is one slot longer than Finagle's; a slot ends with the
 * first use after its time, and an elapse of exactly k slots skips one slot less than Finagle does.
 *
 * Source: tower-rs/tower tower/src/retry/budget/tps_budget.rs; linkerd/linkerd2-proxy
 * linkerd/app/outbound/src/http/retry.rs.
 */
export class TpsBudget extends IdleRetryBudget {
  private readonly depositAmount: number;
  private readonly withdrawAmount: number;
  private readonly reserve: number;
  private readonly slot: number;
  private readonly slots = new Float64Array(SLOTS);
  private writer = 0;
  private index = 0;
  private slotBegan = 0;

  /** @param ttl nanoseconds, 1 s to 60 s @param minPerSec whole @param retryPercent a share of one, 0 to 1000 */
  constructor(ttl: number, minPerSec: number, retryPercent: number) {
    super();
    const percent = Math.fround(retryPercent);
    const scale = percent === 0 ? 0 : percent <= 1 ? 1 : 1000;
    this.depositAmount = scale;
    this.withdrawAmount = scale === 0 ? 1 : Math.floor(Math.fround(scale / percent));
    this.reserve = minPerSec * Math.floor(ttl / SECOND) * this.withdrawAmount;
    this.slot = Math.floor(ttl / SLOTS);
  }

  deposit(now: number): void {
    this.expire(now);
    this.writer += this.depositAmount;
  }

  /** An attempt that is given up has no result, so that it deposits nothing. */
  override attemptEnded(now: number, kind: Kind, retryable: boolean): void {
    if (!retryable && kind !== CANCELLED) this.deposit(now);
  }

  override tryRetry(now: number): boolean {
    this.expire(now);
    if (this.tokens() < this.withdrawAmount) return false;
    this.writer -= this.withdrawAmount;
    return true;
  }

  /** Deposits have no most; the reserve, or one retry, counts as full. */
  override left(now: number): number {
    this.expire(now);
    return Math.max(0, Math.min(1, this.tokens() / Math.max(this.reserve, this.withdrawAmount)));
  }

  private tokens(): number {
    let sum = this.writer + this.reserve;
    for (let i = 0; i < SLOTS; i++) sum += this.slots[i];
    return sum;
  }

  private expire(now: number): void {
    const elapsed = now - this.slotBegan;
    if (elapsed < this.slot) return;
    this.slots[this.index] = this.writer;
    this.writer = 0;
    const first = this.index + 1;
    const skipped = -Math.floor(-elapsed / this.slot) - 1;
    for (let i = 0; i < Math.min(skipped, SLOTS); i++) this.slots[(first + i) % SLOTS] = 0;
    this.index = (first + skipped) % SLOTS;
    this.slotBegan = now;
  }
}
