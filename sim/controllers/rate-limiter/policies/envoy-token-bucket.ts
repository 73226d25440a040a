import type { RandomSource } from '../../../kernel/random.ts';
import { SECOND } from '../../../kernel/time.ts';
import { integer, rate } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';

/** Tokens a second of the slowest bucket: one a year. */
export const MIN_FILL_RATE = 1 / (365 * 24 * 60 * 60);

/**
 * Envoy's plain token bucket (TokenBucketImpl, source/common/common/token_bucket_impl.cc at 040783c8): starts full,
 * fills continuously, gives all or nothing, or whole tokens in part.
 *
 * Kept as it is: a full bucket does not note the time. What has passed since the bucket was last below its maximum is
 * filled in after the next burst, so after a rest up to twice the maximum passes at once.
 */
export class EnvoyTokenBucket {
  private readonly maxTokens: number;
  private readonly fillRate: number;
  private tokens: number;
  private lastFill: number;

  /** @param fillRate tokens a second; its sign is ignored, and below one a year it is one a year */
  constructor(maxTokens: number, fillRate: number, now = 0) {
    this.maxTokens = maxTokens;
    this.fillRate = Math.max(Math.abs(fillRate), MIN_FILL_RATE);
    this.tokens = maxTokens;
    this.lastFill = now;
  }

  /** Takes `n` tokens, or with `allowPartial` as many whole ones as there are; returns how many. */
  consume(now: number, n: number, allowPartial = false): number {
    if (this.tokens < this.maxTokens) {
      this.tokens = Math.min(((now - this.lastFill) / SECOND) * this.fillRate + this.tokens, this.maxTokens);
      this.lastFill = now;
    }
    const wanted = allowPartial ? Math.min(n, Math.floor(this.tokens)) : n;
    if (this.tokens < wanted) return 0;
    this.tokens -= wanted;
    return wanted;
  }

  /** Nanoseconds, whole milliseconds, until there is a token: 0, or the time for a whole one, whatever is there. */
  nextTokenAvailable(): number {
    return this.tokens >= 1 ? 0 : -Math.floor(-(1 / this.fillRate) * 1000) * 1e6;
  }

  /** Sets what is in the bucket. */
  reset(now: number, tokens: number): void {
    this.tokens = tokens;
    this.lastFill = now;
  }

  /** Takes `n` without asking, as far as anything is left; not a method of the product. */
  charge(now: number, n: number): void {
    this.consume(now, 0);
    this.tokens = Math.max(0, this.tokens - n);
  }

  /** Tokens that `consume` would find. */
  tokensAt(now: number): number {
    if (this.tokens >= this.maxTokens) return this.tokens;
    return Math.min(((now - this.lastFill) / SECOND) * this.fillRate + this.tokens, this.maxTokens);
  }
}

/** TokenBucketImpl in front of calls, made at its first use. */
export class EnvoyTokenBucketPolicy implements LimiterPolicy {
  private readonly maxTokens: number;
  private readonly bucket: EnvoyTokenBucket;
  private made = false;

  /** @param fillRate tokens a second */
  constructor(maxTokens: number, fillRate: number) {
    this.maxTokens = maxTokens;
    this.bucket = new EnvoyTokenBucket(maxTokens, fillRate);
  }

  acquire(now: number, _random?: RandomSource): number {
    this.make(now);
    return this.bucket.consume(now, 1) === 1 ? 0 : DENIED;
  }

  charge(now: number, cost: number): void {
    this.make(now);
    this.bucket.charge(now, cost);
  }

  ended(): void {}

  used(now: number): number {
    if (!this.made) return 0;
    const tokens = this.bucket.tokensAt(now);
    return tokens < 1 ? 1 : (this.maxTokens - tokens) / this.maxTokens;
  }

  private make(now: number): void {
    if (this.made) return;
    this.made = true;
    this.bucket.reset(now, this.maxTokens);
  }
}

export const envoyTokenBucket = defineLimiterPolicy({
  name: 'envoyTokenBucket',
  about: "Envoy's plain token bucket, as it limits what Envoy itself asks of its control plane.",
  product: 'Envoy TokenBucketImpl',
  parameters: {
    maxTokens: integer({
      about: 'The most tokens in the bucket, with which it starts.',
      default: 100,
      min: 1,
      source: 'Envoy config_source.proto RateLimitSettings.max_tokens: 100',
    }),
    fillRate: rate({
      about: 'Tokens that come in; at least one a year.',
      default: '10/s',
      source: 'Envoy config_source.proto RateLimitSettings.fill_rate: 10 a second',
    }),
  },
  sources: ['Envoy source/common/common/token_bucket_impl.cc at 040783c8, test at 0052e4df'],
  knownToGetWrong: [
    'A full bucket does not note the time: after a rest up to twice the maximum passes at once.',
    'The time that it names for the next token is that of a whole one, even if most of one is there.',
  ],
  create: ({ maxTokens, fillRate }) => new EnvoyTokenBucketPolicy(maxTokens, fillRate),
});
