import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import type { LimiterPolicy } from '../policy.ts';
import { DENIED } from '../policy.ts';
import type { Use } from '../testing/drive.ts';
import { answers, make, mostWithin, NO_DRAW, passages, TICK, times, uses } from '../testing/drive.ts';
import { AtomicTokenBucket } from './envoy-atomic-token-bucket.ts';
import { envoyLocalRateLimit, EnvoyLocalRateLimit } from './envoy-local-rate-limit.ts';
import { TimerTokenBucket } from './envoy-timer-token-bucket.ts';

const written = { maxTokens: 2, tokensPerFill: 1, fillInterval: '200ms' };
const at = (policy: LimiterPolicy, ...ms: number[]): number[] =>
  ms.map((value) => policy.acquire(value * MILLISECOND, NO_DRAW));

describe('filled by a timer', () => {
  test('gets its tokens at the end of each interval, all at once', () => {
    const policy = make(envoyLocalRateLimit, { ...written, filling: 'timer' });
    expect(at(policy, 0, 0, 0, 199, 200, 200, 399, 400)).toEqual([0, 0, DENIED, DENIED, 0, DENIED, DENIED, 0]);
  });

  test('never holds more than its maximum', () => {
    const policy = make(envoyLocalRateLimit, { ...written, filling: 'timer' });
    expect(at(policy, 5000, 5000, 5000)).toEqual([0, 0, DENIED]);
  });

  test('more than its maximum passes around a fill', () => {
    const policy = make(envoyLocalRateLimit, { maxTokens: 5, tokensPerFill: 5, fillInterval: '1s', filling: 'timer' });
    const around = [SECOND - 1, SECOND].flatMap((now) => Array.from({ length: 9 }, () => now));
    expect(mostWithin(passages(policy, around), 2)).toBe(10);
  });
});

describe('filled continuously', () => {
  test('gets its tokens evenly over the interval', () => {
    const policy = make(envoyLocalRateLimit, { ...written, tokensPerFill: 2 });
    expect(at(policy, 0, 0, 0, 99, 100, 150, 200)).toEqual([0, 0, DENIED, DENIED, 0, DENIED, 0]);
  });

  test('is the default, and forgets no time: a rest fills it only up to its maximum', () => {
    const policy = make(envoyLocalRateLimit, written);
    expect(at(policy, 100_000, 100_000, 100_000)).toEqual([0, 0, DENIED]);
  });

  test('starts full at any rate', () => {
    for (const rate of [3, 7, 0.3, 900, 1 / 3]) expect(new AtomicTokenBucket(10, rate).consumeMany(0, 10)).toBe(10);
  });

  test('gives whole tokens in part', () => {
    const bucket = new AtomicTokenBucket(16, 16);
    expect(bucket.consumeMany(0, 18, true)).toBe(16);
    expect(bucket.consumeMany(62 * MILLISECOND, 1, true)).toBe(0);
    expect(bucket.consumeMany(63 * MILLISECOND, 2, true)).toBe(1);
  });
});

test('an interval below 50 ms is refused', () => {
  expect(() => make(envoyLocalRateLimit, { ...written, fillInterval: '49ms' })).toThrow(/50ms/);
});

test('without tokens nothing passes', () => {
  for (const filling of ['timer', 'continuous']) {
    const policy = make(envoyLocalRateLimit, { ...written, maxTokens: 0, filling });
    expect(at(policy, 0, 1000, 100_000)).toEqual([DENIED, DENIED, DENIED]);
    expect(policy.used(0)).toBe(1);
  }
});

test('a charge takes what there is and no more', () => {
  for (const filling of ['timer', 'continuous']) {
    const policy = make(envoyLocalRateLimit, { ...written, filling });
    policy.charge(0, 100);
    expect(at(policy, 0, 200)).toEqual([DENIED, 0]);
  }
});

/** Answers from tokens in 1024ths, with the tokens that came in by the end of each tick counted anew. */
function recomputed(steps: readonly Use[], most: number, perFill: number, ticks: number, timer: boolean): number[] {
  const token = 1024;
  let level = most * token;
  let last = 0;
  return steps.flatMap(({ now, charge }) => {
    const fills = timer
      ? Math.floor(now / TICK / ticks) - Math.floor(last / TICK / ticks)
      : (now - last) / TICK / ticks;
    level = Math.min(most * token, level + fills * perFill * token);
    last = now;
    if (charge > 0) {
      level = Math.max(0, level - charge * token);
      return [];
    }
    if (level < token) return [DENIED];
    level -= token;
    return [0];
  });
}

test('both equal the bucket recomputed from the whole history, and keep within their bounds', () => {
  const perFill = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(
      uses(TICK, 200),
      times(TICK, 200),
      fc.integer({ min: 1, max: 9 }),
      perFill,
      (steps, nows, most, fill) => {
        const ticks = 128;
        const timer = (): LimiterPolicy =>
          new EnvoyLocalRateLimit(new TimerTokenBucket(most, fill, ticks * TICK), most);
        const continuous = (): LimiterPolicy => new EnvoyLocalRateLimit(new AtomicTokenBucket(most, fill * 4), most);
        expect(answers(timer(), steps)).toEqual(recomputed(steps, most, fill, ticks, true));
        expect(answers(continuous(), steps)).toEqual(recomputed(steps, most, fill, ticks, false));
        for (const fills of [1, 2, 5]) {
          const length = fills * ticks * TICK;
          expect(mostWithin(passages(timer(), nows), length)).toBeLessThanOrEqual(most + fills * fill);
          expect(mostWithin(passages(continuous(), nows), length)).toBeLessThanOrEqual(most + fills * fill);
        }
      },
    ),
  );
});
