import { describe, expect, test } from 'vitest';
import { MAX_TIME, MILLISECOND } from '../../../kernel/time.ts';
import { casesOf } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/finagle-backoff.json' with { type: 'json' };
import { finagleBackoff } from './finagle.ts';
import type { FinagleBackoffConfig } from './finagle.ts';
import { drawing } from './testing/scripted-random.ts';
import { waitOf } from './testing/waits.ts';

interface Params {
  readonly kind: FinagleBackoffConfig['kind'];
  readonly start_ms: number;
  readonly multiplier?: number;
  readonly offset_ms?: number;
  readonly maximum_ms?: number;
}
type Case = readonly { readonly backoff_ms: number }[];

describe("Finagle's backoffs", () => {
  test.each(casesOf<Params, { n: number }, Case>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    expect(expected.length).toBe(inputs.length);
    const backoff = finagleBackoff({
      kind: params.kind,
      start: params.start_ms * MILLISECOND,
      multiplier: params.multiplier ?? 2,
      offset: (params.offset_ms ?? 0) * MILLISECOND,
      maximum: params.maximum_ms === undefined ? MAX_TIME : params.maximum_ms * MILLISECOND,
    });
    inputs.forEach(({ n }, i) => {
      expect(waitOf(backoff, n + 1, drawing(0.5)) / MILLISECOND).toBe(expected[i].backoff_ms);
    });
  });
});
