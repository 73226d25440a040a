import { describe, expect, test } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import { casesOf } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/grpc-adaptivethrottle.json' with { type: 'json' };
import { rejectProbability } from './adaptive-throttle.ts';
import { GrpcThrottler } from './grpc-adaptive-throttle.ts';
import { Lookback } from './lookback.ts';

interface Params {
  readonly bins?: number;
  readonly duration_ns?: number;
  readonly ratioForAccepts?: number;
  readonly requestsPadding?: number;
  readonly random?: number;
  readonly K?: number;
}
interface Step {
  readonly t_ns?: number;
  readonly response?: 'accepted' | 'throttled' | null;
  readonly add?: number;
  readonly requests?: number;
  readonly accepts?: number;
}
interface Expected {
  readonly accepts?: number;
  readonly throttles?: number;
  readonly sum?: number;
  readonly throttle?: boolean;
  readonly rejectProbability?: number;
}

describe('gRPC adaptive throttler and the SRE book', () => {
  test.each(casesOf<Params, Step, Expected[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    const duration = params.duration_ns ?? 30 * SECOND;
    const bins = params.bins ?? 100;
    const throttler = new GrpcThrottler(duration, bins, params.ratioForAccepts ?? 2, params.requestsPadding ?? 8);
    const lookback = new Lookback(duration, bins);
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      const now = step.t_ns ?? 0;
      const want = expected[i];
      const at = `step ${i} ${JSON.stringify(step)}`;
      if (step.response === 'accepted' || step.response === 'throttled') {
        throttler.registerBackendResponse(now, step.response === 'throttled');
      }
      if (step.add !== undefined) lookback.add(now, step.add);
      expect(Object.keys(want).length, at).toBeGreaterThan(0);
      if (want.accepts !== undefined) expect(throttler.accepts.sum(now), at).toBe(want.accepts);
      if (want.throttles !== undefined) expect(throttler.throttles.sum(now), at).toBe(want.throttles);
      if (want.sum !== undefined) expect(lookback.sum(now), at).toBe(want.sum);
      if (want.throttle !== undefined) {
        expect(throttler.shouldThrottle(now, params.random ?? 0.5), at).toBe(want.throttle);
      }
      if (want.rejectProbability !== undefined) {
        const probability = rejectProbability(step.requests ?? NaN, step.accepts ?? NaN, params.K ?? 2, 1);
        expect(probability, at).toBeCloseTo(want.rejectProbability, 12);
      }
    });
  });
});
