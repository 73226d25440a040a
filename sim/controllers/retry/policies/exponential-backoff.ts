import type { RandomSource } from '../../../kernel/random.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { grown } from './growth.ts';
import { jittered } from './jitter.ts';
import type { Jitter } from './jitter.ts';

/**
 * v = min(cap, base * 2^n) with n = retry - 1, spread by `jitter`: with `full` uniform on [0, v), with `equal` on
 * [v/2, v). Nanoseconds.
 *
 * Source: aws-samples/aws-arch-backoff-simulator src/backoff_simulator.py (ExpoBackoff, ExpoBackoffFullJitter,
 * ExpoBackoffEqualJitter).
 */
export class ExponentialBackoff implements Backoff {
  private readonly base: number;
  private readonly cap: number;
  private readonly jitter: Jitter;

  constructor(base: number, cap: number, jitter: Jitter = 'none') {
    this.base = base;
    this.cap = cap;
    this.jitter = jitter;
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource): number {
    return jittered(grown(this.base, 2, retry - 1, this.cap), this.jitter, random);
  }
}
