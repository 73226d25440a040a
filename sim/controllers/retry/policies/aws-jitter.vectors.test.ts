import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { casesOf } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/aws-jitter.json' with { type: 'json' };
import { ERROR } from '../../../stack/result.ts';
import type { Backoff } from '../policy.ts';
import { DecorrelatedBackoff } from './decorrelated-backoff.ts';
import { ExponentialBackoff } from './exponential-backoff.ts';
import type { Jitter } from './jitter.ts';
import { drawing } from './testing/scripted-random.ts';

interface Params {
  readonly kind: Jitter | 'expo' | 'decorrelated';
  readonly base: number;
  readonly cap: number;
}
interface Draw {
  /** 0-based number of the attempt; by default one draw follows the other. */
  readonly n?: number;
  readonly u?: number;
}
interface Expected {
  readonly sleep?: number;
  readonly min?: number;
  readonly max?: number;
}

/** The numbers of the cases count as milliseconds. */
function backoffOf({ kind, base, cap }: Params): Backoff {
  if (kind === 'decorrelated') return new DecorrelatedBackoff(base * MILLISECOND, cap * MILLISECOND);
  return new ExponentialBackoff(base * MILLISECOND, cap * MILLISECOND, kind === 'expo' ? 'none' : kind);
}

describe('AWS jitter formulas', () => {
  test.each(casesOf<Params, Draw, Expected[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    expect(expected.length).toBe(inputs.length);
    const backoff = backoffOf(params);
    const memory = { backoffMemory: 0 };
    inputs.forEach(({ n, u }, i) => {
      const at = (draw: number) => backoff.delay((n ?? i) + 1, memory, drawing(draw), ERROR) / MILLISECOND;
      const { sleep, min, max } = expected[i];
      if (sleep !== undefined) expect(at(u ?? 0)).toBeCloseTo(sleep, 5);
      if (min !== undefined) expect(at(0)).toBeCloseTo(min, 5);
      if (max !== undefined) expect(at(1)).toBeCloseTo(max, 5);
    });
  });
});
