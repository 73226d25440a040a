import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { AWS_RETRY_AFTER, envoyRateLimitedBackoff, GRPC_PUSHBACK, POLLY_RETRY_AFTER } from './retry-after.ts';
import { ScriptedRandom } from './testing/scripted-random.ts';

const random = new ScriptedRandom();

describe('what clients make of an answer that says when to come again', () => {
  test.each([
    [0, 50 * MILLISECOND],
    [20 * MILLISECOND, 50 * MILLISECOND],
    [3 * SECOND, 3 * SECOND],
    [10 * SECOND, 5 * SECOND + 50 * MILLISECOND],
  ])('the AWS SDK asked for %i ns with a wait of 50 ms of its own waits %i ns', (asked, wait) => {
    expect(AWS_RETRY_AFTER.wait(50 * MILLISECOND, asked, random)).toBe(wait);
  });

  test('gRPC waits exactly as long as it is pushed back, and its backoff starts over', () => {
    expect(GRPC_PUSHBACK.wait(SECOND, 7 * MILLISECOND, random)).toBe(7 * MILLISECOND);
    expect(GRPC_PUSHBACK.startsOver).toBe(true);
  });

  test('Polly waits exactly as long as it is asked', () => {
    expect(POLLY_RETRY_AFTER.wait(SECOND, 90 * SECOND, random)).toBe(90 * SECOND);
    expect(POLLY_RETRY_AFTER.startsOver).toBe(false);
  });

  test('Envoy waits as long as it is asked, or up to half as long again, in whole milliseconds', () => {
    const rule = envoyRateLimitedBackoff(300 * SECOND);
    expect(rule.wait(SECOND, 100 * MILLISECOND, random.integer(0))).toBe(100 * MILLISECOND);
    expect(rule.wait(SECOND, 100 * MILLISECOND, random.integer(49))).toBe(149 * MILLISECOND);
    expect(rule.wait(SECOND, 100 * MILLISECOND, random.integer(50))).toBe(100 * MILLISECOND);
  });

  test('Envoy ignores a wish of a millisecond or less, and one above its maximum', () => {
    const rule = envoyRateLimitedBackoff(300 * SECOND);
    expect(rule.wait(25, 1 * MILLISECOND, random)).toBe(25);
    expect(rule.wait(25, 301 * SECOND, random)).toBe(25);
  });
});
