import { Stream } from '../../../../kernel/random.ts';
import type { RandomSource } from '../../../../kernel/random.ts';
import { ERROR } from '../../../../stack/result.ts';
import type { Kind } from '../../../../stack/result.ts';
import type { Backoff, BackoffMemory } from '../../policy.ts';

/** The waits of one call before its retries 1 … n. */
export function waitsOf(backoff: Backoff, n: number, random: RandomSource, kind: Kind = ERROR): number[] {
  const memory: BackoffMemory = { backoffMemory: 0 };
  return Array.from({ length: n }, (_, i) => backoff.delay(i + 1, memory, random, kind));
}

/** One wait of a call that has not waited before. */
export function waitOf(backoff: Backoff, retry: number, random: RandomSource, kind: Kind = ERROR): number {
  return backoff.delay(retry, { backoffMemory: 0 }, random, kind);
}

/** Mean of the waits before retry n over many calls, at a fixed seed. */
export function meanWait(backoff: Backoff, retry: number, calls = 20_000): number {
  const random = new Stream('mean wait', String(retry));
  let sum = 0;
  for (let i = 0; i < calls; i++) sum += waitsOf(backoff, retry, random)[retry - 1];
  return sum / calls;
}
