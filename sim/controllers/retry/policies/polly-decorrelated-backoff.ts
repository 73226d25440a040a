import { pow, tanh } from '../../../kernel/math.ts';
import { uniform } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { wholeTicks } from './polly-backoff.ts';

/** Smooths the first delay. */
const P_FACTOR = 4;
/** Brings the medians near to 1, 2, 4 … times the base delay. */
const SCALE = 1 / 1.4;

/**
 * Polly's "decorrelated jitter v2", its exponential delay with jitter: with t = attempt + u, attempt = retry - 1 and u
 * uniform on [0, 1), f(t) = 2^t * tanh(sqrt(4 t)) and the delay is base / 1.4 * (f(t) - f of the call's last delay).
 * What it remembers is f, not the delay: a delay that `maxDelay` cut short does not shift the later ones.
 *
 * Source: App-vNext/Polly src/Polly.Core/Retry/RetryHelper.cs DecorrelatedJitterBackoffV2.
 */
export class PollyDecorrelatedBackoff implements Backoff {
  private readonly baseDelay: number;
  private readonly maxDelay: number;

  /** @param baseDelay @param maxDelay nanoseconds; `MAX_TIME` for no cap */
  constructor(baseDelay: number, maxDelay: number) {
    this.baseDelay = baseDelay;
    this.maxDelay = maxDelay;
  }

  delay(retry: number, memory: BackoffMemory, random: RandomSource): number {
    if (this.baseDelay === 0) return 0;
    const t = retry - 1 + uniform(random);
    const next = pow(2, t) * tanh(Math.sqrt(P_FACTOR * t));
    const last = memory.backoffMemory;
    memory.backoffMemory = next;
    if (next === Infinity) return this.maxDelay;
    return Math.min(wholeTicks((next - last) * SCALE * this.baseDelay), this.maxDelay);
  }
}
