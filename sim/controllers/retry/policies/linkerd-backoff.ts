import { uniform } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { grown } from './growth.ts';

/**
 * Linkerd: base = min(min * 2^n, max) with n = retry - 1, plus a part uniform on [0, base * jitter), together at most
 * `max`. Unlike full jitter it never waits less than the base.
 *
 * Source: linkerd/linkerd2-proxy linkerd/exp-backoff/src/lib.rs ExponentialBackoff.
 */
export class LinkerdBackoff implements Backoff {
  private readonly min: number;
  private readonly max: number;
  private readonly jitter: number;

  constructor(min: number, max: number, jitter: number) {
    this.min = min;
    this.max = max;
    this.jitter = jitter;
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource): number {
    const base = grown(this.min, 2, retry - 1, this.max);
    if (this.jitter === 0) return base;
    return base + Math.min(Math.floor(uniform(random) * this.jitter * base), this.max - base);
  }
}
