import type { RandomSource } from '../../../kernel/random.ts';
import { SECOND } from '../../../kernel/time.ts';
import { choice, duration, integer } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';
import { MIN_FILL_RATE } from './envoy-token-bucket.ts';

/** A bucket of the local rate limit: one token for each request. */
export interface LocalRateLimitBucket {
  consume(now: number): boolean;
  /** Takes `cost` without asking, as far as anything is left; not a method of the product. */
  charge(now: number, cost: number): void;
  tokensAt(now: number): number;
}

/**
 * The old bucket (TimerTokenBucket, source/extensions/filters/common/local_ratelimit/local_ratelimit_impl.cc): whole
 * tokens, of which a timer adds `tokensPerFill` at every interval. Envoy's timer runs since its configuration was
 * loaded, here time 0; `fill` is what it does.
 */
export class TimerTokenBucket implements LocalRateLimitBucket {
  private readonly maxTokens: number;
  private readonly tokensPerFill: number;
  private readonly fillInterval: number;
  private tokens: number;
  private fills = 0;

  /** @param fillInterval nanoseconds; Infinity for no timer of its own */
  constructor(maxTokens: number, tokensPerFill: number, fillInterval = Infinity) {
    this.maxTokens = maxTokens;
    this.tokensPerFill = tokensPerFill;
    this.fillInterval = fillInterval;
    this.tokens = maxTokens;
  }

  consume(now: number): boolean {
    this.runTimer(now);
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  /** The timer fires, once or `times`. */
  fill(times = 1): void {
    this.tokens = Math.min(this.maxTokens, this.tokens + times * this.tokensPerFill);
  }

  charge(now: number, cost: number): void {
    this.runTimer(now);
    this.tokens = Math.max(0, this.tokens - cost);
  }

  tokensAt(now: number): number {
    this.runTimer(now);
    return this.tokens;
  }

  private runTimer(now: number): void {
    const fills = Math.floor(now / this.fillInterval);
    if (fills <= this.fills) return;
    this.fill(fills - this.fills);
    this.fills = fills;
  }
}

/**
 * The new bucket (AtomicTokenBucketImpl, source/common/common/token_bucket_impl.h), which needs no timer: tokens come
 * in evenly. Unlike the plain bucket it forgets no time, so a rest fills it only up to its maximum.
 */
export class AtomicTokenBucket implements LocalRateLimitBucket {
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
