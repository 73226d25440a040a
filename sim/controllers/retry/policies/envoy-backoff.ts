import type { RandomSource } from '../../../kernel/random.ts';
import { MILLISECOND } from '../../../kernel/time.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { randomModulo } from './random-modulo.ts';

/**
 * Envoy's fully jittered exponential backoff: a random number modulo the current interval, in whole milliseconds, so
 * uniform on 0 … interval - 1. The interval begins at the base and doubles after every draw; once doubling could pass
 * the maximum it is the maximum. (Envoy's documentation gives (2^N - 1) * base, which was the code before 2020.)
 *
 * Source: envoyproxy/envoy source/common/common/backoff_strategy.{h,cc} JitteredExponentialBackOffStrategy.
 */
export class EnvoyBackoff implements Backoff {
  private readonly baseMs: number;
  private readonly maxMs: number;
  private readonly doublingLimitMs: number;

  /** @param baseInterval @param maxInterval nanoseconds, at most 24 h; what is below a millisecond is rounded up */
  constructor(baseInterval: number, maxInterval: number = 10 * baseInterval) {
    this.baseMs = Math.max(1, ceilMs(baseInterval));
    this.maxMs = Math.max(this.baseMs, ceilMs(maxInterval));
    this.doublingLimitMs = Math.floor(this.maxMs / 2);
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource): number {
    return randomModulo(random, this.intervalMs(retry)) * MILLISECOND;
  }

  private intervalMs(retry: number): number {
    let interval = this.baseMs;
    for (let i = 1; i < retry && interval < this.maxMs; i++) {
      interval = interval < this.doublingLimitMs ? interval * 2 : this.maxMs;
    }
    return interval;
  }
}

function ceilMs(nanoseconds: number): number {
  return -Math.floor(-nanoseconds / MILLISECOND);
}
