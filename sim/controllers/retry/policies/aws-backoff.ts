import { uniform } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { wholeNanoseconds } from '../../../kernel/time.ts';
import { LIMITED } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { grown } from './growth.ts';

/**
 * The AWS SDK's truncated exponential backoff: uniform on [0, min(scale * 2^(attempt - 1), cap)). In standard mode the
 * scale is 1 s; in its version 2.1 it is 50 ms (DynamoDB 25 ms), but 1 s after a throttling error.
 *
 * Source: boto/botocore botocore/retries/standard.py ExponentialBackoff.
 */
export class AwsBackoff implements Backoff {
  private readonly scale: number;
  private readonly throttlingScale: number;
  private readonly cap: number;

  /** All in nanoseconds; `throttlingScale` is the scale after a `limited` answer. */
  constructor(scale: number, throttlingScale: number, cap: number) {
    this.scale = scale;
    this.throttlingScale = throttlingScale;
    this.cap = cap;
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource, kind: Kind): number {
    const scale = kind === LIMITED ? this.throttlingScale : this.scale;
    return wholeNanoseconds(uniform(random) * grown(scale, 2, retry - 1, this.cap));
  }
}
