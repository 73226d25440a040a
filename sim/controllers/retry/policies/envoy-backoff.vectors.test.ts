import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/envoy-backoff.json' with { type: 'json' };
import type { Backoff } from '../policy.ts';
import { ConstantBackoff } from './constant-backoff.ts';
import { EnvoyBackoff } from './envoy-backoff.ts';
import { ScriptedRandom } from './testing/scripted-random.ts';
import { waitOf } from './testing/waits.ts';

interface Params {
  readonly kind: string;
  readonly base_interval_ms?: number;
  readonly max_interval_ms?: number;
  readonly interval_ms?: number;
}
interface Step {
  readonly op: string;
  readonly random?: number;
  readonly baseInterval_ms?: number;
}
type Expected = { readonly backoff_ms: number; readonly rangeExclusive_ms?: readonly [number, number] } | null;

function backoffOf(params: Params, baseMs: number): Backoff {
  if (params.kind === 'fixed') return new ConstantBackoff(baseMs * MILLISECOND);
  if (params.kind !== 'jitteredExponential') return unknownStep(params);
  const max = params.max_interval_ms;
  return new EnvoyBackoff(baseMs * MILLISECOND, max === undefined ? undefined : max * MILLISECOND);
}

describe("Envoy's backoff strategies", () => {
  test.each(casesOf<Params, Step, Expected[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    expect(expected.length).toBe(inputs.length);
    let backoff = backoffOf(params, params.base_interval_ms ?? params.interval_ms ?? NaN);
    let retry = 0;
    inputs.forEach((step, i) => {
      if (step.op === 'reset') {
        retry = 0;
        if (step.baseInterval_ms !== undefined) backoff = backoffOf(params, step.baseInterval_ms);
        return;
      }
      if (step.op !== 'next') unknownStep(step);
      retry++;
      const wait = (random: number) => waitOf(backoff, retry, new ScriptedRandom().integer(random)) / MILLISECOND;
      const { backoff_ms, rangeExclusive_ms } = expected[i]!;
      expect(wait(step.random ?? 0), `step ${i}`).toBe(backoff_ms);
      if (rangeExclusive_ms === undefined) return;
      const [low, high] = rangeExclusive_ms;
      expect([wait(low), wait(high - 1), wait(high)]).toEqual([low, high - 1, low]);
    });
  });
});
