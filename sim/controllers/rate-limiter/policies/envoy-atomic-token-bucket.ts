import { SECOND } from '../../../kernel/time.ts';
import { MIN_FILL_RATE } from './envoy-token-bucket.ts';

/**
 * The new bucket (AtomicTokenBucketImpl, source/common/common/token_bucket_impl.h), which needs no timer: tokens come
 * in evenly. Unlike the plain bucket it forgets no time, so a rest fills it only up to its maximum.
 */
export class AtomicTokenBucket {
  private readonly maxTokens: number;
  private readonly fillRate: number;
  private tokens: number;
  private last: number;

  /** @param fillRate tokens a second; its sign is ignored, and below one a year it is one a year */
  constructor(maxTokens: number, fillRate: number, now = 0) {
    this.maxTokens = maxTokens;
    this.fillRate = Math.max(Math.abs(fillRate), MIN_FILL_RATE);
    this.tokens = maxTokens;
    this.last = now;
  }

  consume(now: number): boolean {
    return this.consumeMany(now, 1) === 1;
  }

  /** Takes `n` tokens, or with `allowPartial` as many whole ones as there are; returns how many. */
  consumeMany(now: number, n: number, allowPartial = false): number {
    const tokens = this.tokensAt(now);
    const partial = allowPartial ? Math.floor(tokens) : 0;
    const taken = tokens >= n ? n : partial;
    if (taken !== 0) this.leave(now, tokens - taken);
    return taken;
  }

  charge(now: number, cost: number): void {
    this.leave(now, Math.max(0, this.tokensAt(now) - cost));
  }

  tokensAt(now: number): number {
    return Math.min(this.maxTokens, this.tokens + ((now - this.last) / SECOND) * this.fillRate);
  }

  private leave(now: number, tokens: number): void {
    this.tokens = tokens;
    this.last = now;
  }
}
