import { uniform } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { wholeNanoseconds } from '../../../kernel/time.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { grown } from './growth.ts';

export const POLLY_BACKOFF_TYPES = ['Constant', 'Linear', 'Exponential'] as const;
export type PollyBackoffType = (typeof POLLY_BACKOFF_TYPES)[number];

/** .NET's TimeSpan counts in ticks of 100 ns. */
const TICK = 100;

/** The ticks of a computed length, as nanoseconds. */
export function wholeTicks(nanoseconds: number): number {
  return Math.floor(wholeNanoseconds(nanoseconds) / TICK) * TICK;
}

/**
 * Polly's constant, linear and exponential delays, `Delay` times 1, attempt + 1 or 2^attempt with attempt = retry - 1.
 * `jitter` spreads the first two by ±25 %; Polly has another rule for exponential with jitter
 * (`PollyDecorrelatedBackoff`). The cap comes last, after the jitter.
 *
 * Source: App-vNext/Polly src/Polly.Core/Retry/RetryHelper.cs GetRetryDelay, ApplyJitter.
 */
export class PollyBackoff implements Backoff {
  private readonly type: PollyBackoffType;
  private readonly baseDelay: number;
  private readonly maxDelay: number;
  private readonly jitter: boolean;

  /** @param baseDelay @param maxDelay nanoseconds; `MAX_TIME` for no cap */
  constructor(type: PollyBackoffType, baseDelay: number, maxDelay: number, jitter: boolean) {
    this.type = type;
    this.baseDelay = baseDelay;
    this.maxDelay = maxDelay;
    this.jitter = jitter && type !== 'Exponential';
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource): number {
    const nominal = this.nominal(retry);
    const spread = this.jitter ? nominal + (nominal * 0.5 * uniform(random) - nominal * 0.25) : nominal;
    return Math.min(wholeTicks(spread), this.maxDelay);
  }

  private nominal(retry: number): number {
    if (this.type === 'Constant') return this.baseDelay;
    if (this.type === 'Linear') return this.baseDelay * retry;
    return grown(this.baseDelay, 2, retry - 1, Infinity);
  }
}
