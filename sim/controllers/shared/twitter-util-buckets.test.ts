import { describe, expect, test } from 'vitest';
import vectors from './vectors/twitter-util-buckets.json' with { type: 'json' };
import { BoundedTokenBucket } from './bounded-token-bucket.ts';
import { LeakyTokenBucket } from './leaky-token-bucket.ts';
import { casesOf, unknownStep } from './testing/vector-cases.ts';
import { WindowedAdder } from './windowed-adder.ts';

interface Params {
  readonly range_ms?: number;
  readonly ttl_ms?: number;
  readonly reserve?: number;
  readonly slices?: number;
  readonly limit?: number;
}
interface Step {
  readonly t_ms?: number;
  readonly op: string;
  readonly x?: number;
  readonly n?: number;
}
type Expected = { sum?: number; ok?: boolean; count?: number } | null;

/** Makes the machine of a case; it answers each step with everything that it can tell. */
function machineOf(params: Params): (step: Step) => Record<string, unknown> {
  if (params.range_ms !== undefined) {
    const adder = new WindowedAdder(params.range_ms, params.slices ?? 10, 0);
    return ({ t_ms: now = 0, op, x = 1 }) => {
      if (op === 'add' || op === 'incr') adder.add(now, op === 'incr' ? 1 : x);
      else if (op !== 'read') unknownStep(op);
      return { sum: adder.sum(now) };
    };
  }
  if (params.ttl_ms !== undefined) {
    const bucket = new LeakyTokenBucket(params.ttl_ms, params.reserve ?? 0, 0, params.slices);
    return ({ t_ms: now = 0, op, n = 1 }) => {
      let ok: boolean | undefined;
      if (op === 'put') bucket.put(now, n);
      else if (op === 'tryGet') ok = bucket.tryGet(now, n);
      else if (op !== 'count') unknownStep(op);
      return { ok, count: bucket.count(now) };
    };
  }
  const bucket = new BoundedTokenBucket(params.limit ?? Infinity);
  return ({ op, n = 1 }) => {
    let ok: boolean | undefined;
    if (op === 'put') bucket.put(n);
    else if (op === 'tryGet') ok = bucket.tryGet(n);
    else if (op !== 'count') unknownStep(op);
    return { ok, count: bucket.count };
  };
}

describe('twitter/util buckets', () => {
  test.each(casesOf<Params, Step, Expected[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    expect(expected.length).toBe(inputs.length);
    const machine = machineOf(params);
    inputs.forEach((step, i) => {
      const seen = machine(step);
      if (expected[i] !== null) expect(seen, `step ${i} ${JSON.stringify(step)}`).toMatchObject(expected[i]);
    });
  });
});
