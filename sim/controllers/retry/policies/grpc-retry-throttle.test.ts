import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { CANCELLED, ERROR, OK, REFUSED } from '../../../stack/result.ts';
import { GrpcRetryThrottle } from './grpc-retry-throttle.ts';

describe("gRPC's retry throttle", () => {
  test.prop([
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 1, max: 5000 }),
    fc.array(fc.constantFrom('success', 'retryable', 'other'), { maxLength: 300 }),
  ])('equals a plain count', (maxTokens, ratioThousandths, events) => {
    const throttle = new GrpcRetryThrottle(maxTokens, ratioThousandths / 1000);
    let tokens = maxTokens;
    for (const event of events) {
      throttle.attemptEnded(0, event === 'success' ? OK : ERROR, event === 'retryable');
      if (event === 'success') tokens = Math.min(maxTokens, tokens + ratioThousandths / 1000);
      if (event === 'retryable') tokens = Math.max(0, tokens - 1);
      expect(throttle.tokens()).toBeCloseTo(tokens, 6);
      expect(throttle.left()).toBeCloseTo(tokens / maxTokens, 6);
    }
  });

  test('allows retries above half of the tokens, not at half', () => {
    const throttle = new GrpcRetryThrottle(10, 0.1);
    for (let i = 0; i < 4; i++) throttle.attemptEnded(0, REFUSED, true);
    expect([throttle.tokens(), throttle.tryRetry()]).toEqual([6, true]);
    throttle.attemptEnded(0, REFUSED, true);
    expect([throttle.tokens(), throttle.tryRetry()]).toEqual([5, false]);
    throttle.attemptEnded(0, OK, false);
    expect([throttle.tokens(), throttle.tryRetry()]).toEqual([5.1, true]);
  });

  test('a retry itself costs nothing', () => {
    const throttle = new GrpcRetryThrottle(10, 0.1);
    for (let i = 0; i < 100; i++) expect(throttle.tryRetry()).toBe(true);
  });

  test('failures that are not retryable, and what is cancelled, leave it as it is', () => {
    const throttle = new GrpcRetryThrottle(10, 0.1);
    throttle.attemptEnded(0, ERROR, false);
    throttle.attemptEnded(0, CANCELLED, false);
    expect(throttle.tokens()).toBe(10);
  });

  test('decimals of the ratio beyond the third are ignored', () => {
    const throttle = new GrpcRetryThrottle(10, 0.5466);
    throttle.attemptEnded(0, REFUSED, true);
    throttle.attemptEnded(0, OK, false);
    expect(throttle.tokens()).toBe(9.546);
  });
});
