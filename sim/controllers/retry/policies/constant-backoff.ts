import type { RandomSource } from '../../../kernel/random.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { jittered } from './jitter.ts';
import type { Jitter } from './jitter.ts';

/** The same wait before every retry: `interval` nanoseconds, spread by `jitter`. */
export class ConstantBackoff implements Backoff {
  private readonly interval: number;
  private readonly jitter: Jitter;

  constructor(interval: number, jitter: Jitter = 'none') {
    this.interval = interval;
    this.jitter = jitter;
  }

  delay(_retry: number, _memory: BackoffMemory, random: RandomSource): number {
    return jittered(this.interval, this.jitter, random);
  }
}
