import { below } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';

/**
 * Finagle's `Backoff.decorrelatedJittered`: the first wait is `start`, each further one uniform on
 * [last, min(3 * last, maximum)). Unlike the AWS formula, which draws from [start, 3 * last), it never waits less than
 * the last time, so that it climbs to the maximum and stays near it.
 *
 * Source: twitter/finagle finagle-core Backoff.scala DecorrelatedJittered.
 */
export class FinagleDecorrelatedBackoff implements Backoff {
  private readonly start: number;
  private readonly maximum: number;

  /** @param start @param maximum nanoseconds, start at most maximum */
  constructor(start: number, maximum: number) {
    this.start = start;
    this.maximum = maximum;
  }

  delay(retry: number, memory: BackoffMemory, random: RandomSource): number {
    const wait = retry === 1 ? this.start : this.next(memory.backoffMemory, random);
    memory.backoffMemory = wait;
    return wait;
  }

  private next(last: number, random: RandomSource): number {
    const top = last >= Math.floor(this.maximum / 3) ? this.maximum : 3 * last;
    return last + below(random, top - last);
  }
}
