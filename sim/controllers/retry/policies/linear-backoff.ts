import type { RandomSource } from '../../../kernel/random.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { jittered } from './jitter.ts';
import type { Jitter } from './jitter.ts';

/** `base` times the number of the retry, at most `cap`, spread by `jitter`. Nanoseconds. */
export class LinearBackoff implements Backoff {
  private readonly base: number;
  private readonly cap: number;
  private readonly jitter: Jitter;

  constructor(base: number, cap: number, jitter: Jitter = 'none') {
    this.base = base;
    this.cap = cap;
    this.jitter = jitter;
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource): number {
    return jittered(Math.min(this.base * retry, this.cap), this.jitter, random);
  }
}
