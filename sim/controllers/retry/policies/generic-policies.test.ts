import { describe, expect, test } from 'vitest';
import { MAX_TIME, MILLISECOND, NEVER, SECOND } from '../../../kernel/time.ts';
import { constant } from './constant.ts';
import { DecorrelatedBackoff } from './decorrelated-backoff.ts';
import { exponential } from './exponential.ts';
import { linear } from './linear.ts';
import { RatioBudget } from './ratio-budget.ts';
import { retryOn } from './retry-on.ts';
import { resolve } from './testing/resolve.ts';
import { drawing } from './testing/scripted-random.ts';
import { waitsOf } from './testing/waits.ts';
import { TokenBucketBudget } from './token-bucket-budget.ts';

describe('the generic retry policies', () => {
  test('by default make one retry of what was refused, failed or timed out, without limits', () => {
    const policy = resolve(exponential);
    expect(policy).toMatchObject({ tries: 2, perTryTimeout: NEVER, timeout: NEVER, budget: null, hedge: null });
    expect(policy.retryOn).toEqual(retryOn(['refused', 'error', 'timedOut']));
  });

  test('read what people write', () => {
    const policy = resolve(exponential, {
      tries: 4,
      perTryTimeout: '500ms',
      timeout: '2s',
      retryOn: ['limited', 'circuitOpen'],
      backoff: { base: '10ms', cap: '30ms', jitter: 'none' },
    });
    expect(policy).toMatchObject({ tries: 4, perTryTimeout: 500 * MILLISECOND, timeout: 2 * SECOND });
    expect(policy.retryOn).toEqual(retryOn(['limited', 'circuitOpen']));
    expect(waitsOf(policy.backoff, 4, drawing(0)).map((ns) => ns / MILLISECOND)).toEqual([10, 20, 30, 30]);
  });

  test('the full-jitter default is uniform on [0, 25 ms * 2^n)', () => {
    const { backoff } = resolve(exponential);
    expect(waitsOf(backoff, 4, drawing(0.5)).map((ns) => ns / MILLISECOND)).toEqual([12.5, 25, 50, 100]);
    expect(waitsOf(backoff, 100, drawing(1))[99]).toBeLessThanOrEqual(MAX_TIME);
    expect(waitsOf(backoff, 100, drawing(0.5))[99]).toBe((MAX_TIME + 1) / 2);
  });

  test('decorrelated jitter is a kind of exponential', () => {
    expect(resolve(exponential, { backoff: { jitter: 'decorrelated' } }).backoff).toBeInstanceOf(DecorrelatedBackoff);
  });

  test('linear and constant waits are policies of their own', () => {
    const backoff = { base: '10ms', jitter: 'none' };
    expect(waitsOf(resolve(linear, { backoff }).backoff, 3, drawing(0)).map((ns) => ns / MILLISECOND)).toEqual([
      10, 20, 30,
    ]);
    expect(waitsOf(resolve(constant, { backoff }).backoff, 3, drawing(0)).map((ns) => ns / MILLISECOND)).toEqual([
      10, 10, 10,
    ]);
    expect(() => resolve(linear, { backoff: { base: '10ms', cap: '5ms' } })).toThrow('backoff.cap');
  });

  test('a budget is a ratio of calls or a bucket of tokens, made anew for each client', () => {
    const ratio = resolve(exponential, { budget: { policy: 'ratio', ratio: '10%', minimum: '0/s' } }).budget!;
    expect(ratio()).toBeInstanceOf(RatioBudget);
    const budget = ratio();
    for (let i = 0; i < 10; i++) budget.began(0);
    expect([budget.tryRetry(0, 1), budget.tryRetry(0, 1), ratio().tryRetry(0, 1)]).toEqual([true, false, false]);
    expect(resolve(exponential, { budget: { policy: 'tokenBucket' } }).budget!()).toBeInstanceOf(TokenBucketBudget);
  });

  test('hedged copies count as tries', () => {
    const policy = resolve(exponential, { tries: 3, hedge: { after: '50ms', max: 2 } });
    expect(policy.hedge).toEqual({ after: 50 * MILLISECOND, max: 2, onFailure: 'wait' });
    expect(() => resolve(exponential, { tries: 2, hedge: { after: '50ms', max: 2 } })).toThrow('hedge.max');
  });

  test.each([
    [{ tries: 0 }],
    [{ retryOn: ['ok'] }],
    [{ retryOn: ['overflwo'] }],
    [{ backoff: { jitter: 'half' } }],
    [{ backoff: { base: 25 } }],
    [{ backoff: { base: '50ms', cap: '25ms' } }],
    [{ budget: { ratio: '20%' } }],
    [{ budget: { policy: 'ratio', cap: 3 } }],
    [{ perTryTimeout: '0s' }],
  ])('%j is refused', (written) => {
    expect(() => resolve(exponential, written)).toThrow();
  });
});
