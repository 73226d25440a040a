import type { RandomSource } from '../../../kernel/random.ts';
import { SECOND } from '../../../kernel/time.ts';
import { choice, duration, integer } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';
import { AtomicTokenBucket } from './envoy-atomic-token-bucket.ts';
import { TimerTokenBucket } from './envoy-timer-token-bucket.ts';

/** A bucket of the local rate limit: one token for each request. */
export interface LocalRateLimitBucket {
  consume(now: number): boolean;
  /** Takes `cost` without asking, as far as anything is left; not a method of the product. */
  charge(now: number, cost: number): void;
  tokensAt(now: number): number;
}

/** The local rate limit filter in front of calls. */
export class EnvoyLocalRateLimit implements LimiterPolicy {
  private readonly bucket: LocalRateLimitBucket;
  private readonly maxTokens: number;

  constructor(bucket: LocalRateLimitBucket, maxTokens: number) {
    this.bucket = bucket;
    this.maxTokens = maxTokens;
  }

  acquire(now: number, _random?: RandomSource): number {
    return this.bucket.consume(now) ? 0 : DENIED;
  }

  charge(now: number, cost: number): void {
    this.bucket.charge(now, cost);
  }

  ended(): void {}

  used(now: number): number {
    const tokens = this.bucket.tokensAt(now);
    return tokens < 1 ? 1 : (this.maxTokens - tokens) / this.maxTokens;
  }
}

export const envoyLocalRateLimit = defineLimiterPolicy({
  name: 'envoyLocalRateLimit',
  about: 'A token bucket in each proxy, shared by its workers; it answers 429.',
  product: 'Envoy local_ratelimit',
  parameters: {
    maxTokens: integer({ about: 'The most tokens in the bucket, with which it starts.' }),
    tokensPerFill: integer({
      about: 'Tokens that come in at each interval.',
      default: 1,
      min: 1,
      source: 'Envoy type/v3/token_bucket.proto: tokens_per_fill 1',
    }),
    fillInterval: duration({
      about: 'The interval.',
      min: '50ms',
      source: 'Envoy local_ratelimit_impl.cc: fill timer must be >= 50ms',
    }),
    filling: choice(['continuous', 'timer'], {
      about: 'Whether tokens come in evenly over the interval, or all at its end, by a timer (older versions).',
      default: 'continuous',
      source: 'Envoy local_ratelimit_impl.cc: AtomicTokenBucket in newer versions, TimerTokenBucket in older',
    }),
  },
  sources: [
    'Envoy source/extensions/filters/common/local_ratelimit/local_ratelimit_impl.cc',
    'Envoy source/common/common/token_bucket_impl.h (AtomicTokenBucketImpl)',
  ],
  knownToGetWrong: [
    'Each proxy has its own bucket: the limit of the whole is as many times higher as there are proxies, and changes ' +
      'when they are scaled.',
    'With the timer, tokens come in bursts: up to max_tokens + tokens_per_fill pass around a fill.',
  ],
  create: ({ maxTokens, tokensPerFill, fillInterval, filling }) =>
    new EnvoyLocalRateLimit(
      filling === 'timer'
        ? new TimerTokenBucket(maxTokens, tokensPerFill, fillInterval)
        : new AtomicTokenBucket(maxTokens, (tokensPerFill * SECOND) / fillInterval),
      maxTokens,
    ),
});
