import { OK } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import { IdleRetryBudget } from './idle-retry-budget.ts';

/**
 * gRPC's `retryThrottling`, per server name: the count starts at `maxTokens`; every retryable failure takes 1, be the
 * call's tries spent or not, every success adds `tokenRatio`; retries and hedges are sent while the count is above half
 * of `maxTokens`, and cost nothing themselves. Counted in thousandths: decimals of the ratio beyond the third are
 * ignored.
 *
 * Source: gRFC A6, "Throttling Retry Attempts and Hedged RPCs"; grpc/grpc-go clientconn.go retryThrottler.
 */
export class GrpcRetryThrottle extends IdleRetryBudget {
  private readonly max: number;
  private readonly ratio: number;
  private count: number;

  /** @param maxTokens 1 to 1000 @param tokenRatio above 0 */
  constructor(maxTokens: number, tokenRatio: number) {
    super();
    this.max = maxTokens * 1000;
    this.ratio = Math.floor(tokenRatio * 1000 + 1e-6);
    this.count = this.max;
  }

  /** Tokens left. */
  tokens(): number {
    return this.count / 1000;
  }

  override attemptEnded(_now: number, kind: Kind, retryable: boolean): void {
    if (kind === OK) this.count = Math.min(this.max, this.count + this.ratio);
    else if (retryable) this.count = Math.max(0, this.count - 1000);
  }

  override tryRetry(): boolean {
    return this.count > this.max / 2;
  }

  override left(): number {
    return this.count / this.max;
  }
}
