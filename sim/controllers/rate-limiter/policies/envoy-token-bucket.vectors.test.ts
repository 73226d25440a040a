import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/envoy-tokenbucket.json' with { type: 'json' };
import { AtomicTokenBucket } from './envoy-atomic-token-bucket.ts';
import { EnvoyTokenBucket } from './envoy-token-bucket.ts';

interface Params {
  readonly max_tokens: number;
  readonly fill_rate_per_s: number;
}
interface Step {
  readonly t_ms?: number;
  readonly op: string;
  readonly n?: number;
  readonly allowPartial?: boolean;
  readonly tokens?: number;
}
type Expected = { readonly consumed?: number; readonly nextTokenAvailable_ms?: number } | null;

const cases = casesOf<Params, Step, Expected[]>(vectors);

describe('Envoy TokenBucketImpl', () => {
  test.each(cases)('$case ($source)', ({ params, inputs, expected }) => {
    const bucket = new EnvoyTokenBucket(params.max_tokens, params.fill_rate_per_s);
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      const now = (step.t_ms ?? 0) * MILLISECOND;
      let consumed: number | undefined;
      if (step.op === 'consume') consumed = bucket.consume(now, step.n ?? 1, step.allowPartial);
      else if (step.op === 'reset') bucket.reset(now, step.tokens ?? 0);
      else if (step.op !== 'nextTokenAvailable') unknownStep(step);
      const want = expected[i];
      if (want === null) return;
      const at = `step ${i} ${JSON.stringify(step)}`;
      if (want.consumed !== undefined) expect(consumed, at).toBe(want.consumed);
      if (want.nextTokenAvailable_ms !== undefined) {
        expect(bucket.nextTokenAvailable(), at).toBe(want.nextTokenAvailable_ms * MILLISECOND);
      }
    });
  });
});

// The product's own test file runs the same steps against both of its buckets; only the first can be reset.
describe('Envoy AtomicTokenBucketImpl', () => {
  const withoutReset = cases.filter(({ inputs }) => inputs.every(({ op }) => op === 'consume'));
  test.each(withoutReset)('$case ($source)', ({ params, inputs, expected }) => {
    const bucket = new AtomicTokenBucket(params.max_tokens, params.fill_rate_per_s);
    inputs.forEach((step, i) => {
      const consumed = bucket.consumeMany((step.t_ms ?? 0) * MILLISECOND, step.n ?? 1, step.allowPartial);
      const want = expected[i]?.consumed;
      if (want !== undefined) expect(consumed, `step ${i} ${JSON.stringify(step)}`).toBe(want);
    });
  });
});
