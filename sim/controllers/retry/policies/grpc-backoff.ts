import { uniform } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { wholeNanoseconds } from '../../../kernel/time.ts';
import type { Backoff, BackoffMemory } from '../policy.ts';
import { grown } from './growth.ts';

/**
 * gRPC: min(initialBackoff * backoffMultiplier^(n - 1), maxBackoff), times a factor uniform on [0.8, 1.2). The factor
 * comes after the cap, so that a wait can exceed `maxBackoff` by a fifth.
 *
 * Source: grpc/grpc-go stream.go shouldRetry; gRFC A6. (A6 once said uniform on [0, cap); implementations do this.)
 */
export class GrpcBackoff implements Backoff {
  private readonly initialBackoff: number;
  private readonly maxBackoff: number;
  private readonly backoffMultiplier: number;

  constructor(initialBackoff: number, maxBackoff: number, backoffMultiplier: number) {
    this.initialBackoff = initialBackoff;
    this.maxBackoff = maxBackoff;
    this.backoffMultiplier = backoffMultiplier;
  }

  delay(retry: number, _memory: BackoffMemory, random: RandomSource): number {
    const nominal = grown(this.initialBackoff, this.backoffMultiplier, retry - 1, this.maxBackoff);
    return wholeNanoseconds(nominal * (0.8 + 0.4 * uniform(random)));
  }
}
