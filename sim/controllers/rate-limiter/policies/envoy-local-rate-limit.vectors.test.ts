import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/envoy-localratelimit.json' with { type: 'json' };
import { envoyLocalRateLimit } from './envoy-local-rate-limit.ts';
import { TimerTokenBucket } from './envoy-timer-token-bucket.ts';

interface Params {
  readonly max_tokens?: number;
  readonly tokens_per_fill?: number;
  readonly fill_interval_ms?: number;
}
interface Step {
  readonly op: string;
}
type Answer = { readonly allowed: boolean } | null;
type Expected = Answer[] | { readonly configError: boolean };

describe('Envoy local rate limit, filled by a timer', () => {
  test.each(casesOf<Params, Step, Expected>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    const config = z.object(envoyLocalRateLimit.parameters).safeParse({
      maxTokens: params.max_tokens ?? 1,
      tokensPerFill: params.tokens_per_fill,
      fillInterval: `${params.fill_interval_ms ?? 200}ms`,
      filling: 'timer',
    });
    if (!Array.isArray(expected)) {
      expect(config.success).toBe(!expected.configError);
      return;
    }
    expect(config.success).toBe(true);
    const bucket = new TimerTokenBucket(params.max_tokens ?? 1, params.tokens_per_fill ?? 1);
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      let allowed: boolean | undefined;
      if (step.op === 'request') allowed = bucket.consume(0);
      else if (step.op === 'fill') bucket.fill();
      else unknownStep(step);
      expect(allowed, `step ${i} ${JSON.stringify(step)}`).toBe(expected[i]?.allowed);
    });
  });
});
