import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, ERROR, LIMITED, OK, REFUSED, TIMED_OUT } from '../../../stack/result.ts';
import type { LimiterPolicy } from '../policy.ts';
import { DENIED } from '../policy.ts';
import { make, NO_DRAW } from '../testing/drive.ts';
import { AdaptiveLimiter } from './adaptive-limiter.ts';
import { aimd, AimdLimit } from './aimd.ts';
import type { ConcurrencyLimitAlgorithm } from './concurrency-limit-algorithm.ts';
import { gradient2, Gradient2Limit } from './gradient2.ts';
import { log10Root, vegas, VEGAS_DEFAULTS, VegasLimit } from './vegas.ts';

class Notes implements ConcurrencyLimitAlgorithm {
  limit = 4;
  readonly samples: [start: number, rtt: number, inFlight: number, dropped: boolean][] = [];

  onSample(start: number, rtt: number, inFlight: number, dropped: boolean): void {
    this.samples.push([start, rtt, inFlight, dropped]);
  }
}

const kinds = (...kinds: Kind[]): Kind[] => kinds;

describe('the limiter in front', () => {
  test('samples answers, takes timeouts and refusals for drops, and only frees the slot of the rest', () => {
    const notes = new Notes();
    const limiter = new AdaptiveLimiter(notes, 4);
    kinds(OK, TIMED_OUT, REFUSED, LIMITED, ERROR, CANCELLED).forEach((kind, i) => {
      expect(limiter.acquire(i * SECOND)).toBe(0);
      limiter.ended(i * SECOND + 5, kind, 5);
      expect(limiter.used()).toBe(0);
    });
    expect(notes.samples).toEqual([
      [0, 5, 1, false],
      [SECOND, 5, 1, true],
      [2 * SECOND, 5, 1, true],
      [3 * SECOND, 5, 1, true],
    ]);
  });

  test('tells how many were in flight when the call began, not when it ended', () => {
    const notes = new Notes();
    const limiter = new AdaptiveLimiter(notes, 4);
    limiter.acquire(0);
    limiter.acquire(10);
    limiter.acquire(20);
    limiter.ended(100, OK, 80);
    limiter.ended(100, OK, 90);
    limiter.ended(100, OK, 100);
    expect(notes.samples.map(([, , inFlight]) => inFlight)).toEqual([3, 2, 1]);
  });

  test('takes the number at the end where the duration matches no start', () => {
    const notes = new Notes();
    const limiter = new AdaptiveLimiter(notes, 4);
    limiter.acquire(0);
    limiter.acquire(10);
    limiter.ended(100, OK, 37);
    expect(notes.samples).toEqual([[63, 37, 2, false]]);
  });

  test('lets nobody in while more are in flight than a lowered limit', () => {
    const notes = new Notes();
    const limiter = new AdaptiveLimiter(notes, 4);
    for (let i = 0; i < 4; i++) limiter.acquire(0);
    notes.limit = 2;
    expect(limiter.used()).toBe(1);
    limiter.ended(1, OK, 1);
    limiter.ended(1, OK, 1);
    expect(limiter.acquire(1)).toBe(DENIED);
    limiter.ended(1, OK, 1);
    expect(limiter.acquire(1)).toBe(0);
  });

  test('a refusal at the instant of the call is a drop all the same', () => {
    const notes = new Notes();
    const limiter = new AdaptiveLimiter(notes, 4);
    limiter.acquire(7);
    limiter.ended(7, REFUSED, 0);
    expect(notes.samples).toEqual([[7, 1, 1, true]]);
  });
});

describe('AIMD', () => {
  const config = { initialLimit: 20, minLimit: 10, maxLimit: 25, backoffRatio: 0.9, timeout: 5 * SECOND };

  test('grows by one only where at least half is used', () => {
    const limit = new AimdLimit(config);
    limit.onSample(0, 1, 9, false);
    expect(limit.limit).toBe(20);
    limit.onSample(0, 1, 10, false);
    expect(limit.limit).toBe(21);
  });

  test('falls by a tenth, cut down, on a drop or a call longer than its timeout', () => {
    const limit = new AimdLimit({ ...config, initialLimit: 25 });
    limit.onSample(0, 1, 0, true);
    expect(limit.limit).toBe(22);
    limit.onSample(0, 5 * SECOND, 0, false);
    expect(limit.limit).toBe(22);
    limit.onSample(0, 5 * SECOND + 1, 0, false);
    expect(limit.limit).toBe(19);
  });

  test('stays within its bounds', () => {
    const limit = new AimdLimit(config);
    for (let i = 0; i < 50; i++) limit.onSample(0, 1, 25, false);
    expect(limit.limit).toBe(25);
    for (let i = 0; i < 50; i++) limit.onSample(0, 1, 25, true);
    expect(limit.limit).toBe(10);
  });

  test('refuses a ratio of one and bounds the wrong way round', () => {
    const written = {
      initialLimit: 1,
      windowed: true,
      minWindowTime: 1,
      maxWindowTime: 1,
      windowSize: 10,
      minRttThreshold: 1,
    };
    expect(aimd.check?.({ ...config, ...written, backoffRatio: 1 })).toContain('backoffRatio');
    expect(aimd.check?.({ ...config, ...written, minLimit: 30 })).toContain('minLimit');
    expect(aimd.check?.({ ...config, ...written })).toBeUndefined();
  });
});

describe('Vegas', () => {
  const noProbe = (): number => Infinity;
  const small = { ...VEGAS_DEFAULTS, initialLimit: 10, maxConcurrency: 20, alpha: () => 3, beta: () => 6 };
  const ms = (limit: VegasLimit, rtt: number, inFlight: number, dropped = false): number => {
    limit.onSample(0, rtt * MILLISECOND, inFlight, dropped);
    return limit.limit;
  };

  test('log10 is whole and at least one', () => {
    expect([0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10000].map(log10Root)).toEqual([1, 1, 1, 1, 1, 2, 2, 3, 3, 4]);
  });

  test('the first sample and every new least only set the unloaded round trip, even a drop', () => {
    const limit = new VegasLimit(small, noProbe);
    expect(ms(limit, 10, 10, true)).toBe(10);
    expect(ms(limit, 9, 10, true)).toBe(10);
    expect(ms(limit, 9, 10, true)).toBe(9);
  });

  test('decreases when the queue is longer than beta', () => {
    const limit = new VegasLimit(small, noProbe);
    ms(limit, 10, 10);
    expect(ms(limit, 50, 11)).toBe(9);
  });

  test('holds where less than half is used', () => {
    const limit = new VegasLimit(small, noProbe);
    ms(limit, 10, 4);
    expect(ms(limit, 10, 4)).toBe(10);
    expect(ms(limit, 50, 4)).toBe(10);
  });

  test('increases by one step while the queue is above the threshold but below alpha', () => {
    const limit = new VegasLimit(small, noProbe);
    ms(limit, 10, 10);
    // queue = ceil(10 * (1 - 10 / 12)) = 2
    expect(ms(limit, 12, 10)).toBe(11);
  });

  test('counts its bounds in: at the threshold it still grows by beta, at beta it still holds', () => {
    const limit = new VegasLimit({ ...small, maxConcurrency: 100 }, noProbe);
    ms(limit, 90, 10);
    // queue = ceil(10 * (1 - 90 / 100)) = 1
    expect(ms(limit, 100, 10)).toBe(16);
    // queue = ceil(16 * (1 - 90 / 144)) = 6
    expect(ms(limit, 144, 16)).toBe(16);
  });

  test('does not hold where exactly half is used', () => {
    const limit = new VegasLimit(small, noProbe);
    ms(limit, 10, 5);
    expect(ms(limit, 10, 5)).toBe(16);
  });

  test('never leaves 1 to its highest', () => {
    const limit = new VegasLimit(small, noProbe);
    ms(limit, 10, 10);
    for (let i = 0; i < 40; i++) ms(limit, 10, 100);
    expect(limit.limit).toBe(20);
    for (let i = 0; i < 40; i++) ms(limit, 10, 100, true);
    expect(limit.limit).toBe(1);
  });

  test('measures the unloaded round trip anew after a jittered multiple of its limit in samples', () => {
    const draws = [0.5, 1];
    const limit = new VegasLimit({ ...small, probeMultiplier: 2 }, () => draws.shift() ?? Infinity);
    ms(limit, 10, 10);
    // 0.5 * 2 * 10: the tenth sample is the probe; until then a fivefold round trip is a queue.
    for (let i = 2; i < 10; i++) ms(limit, 10, 1);
    expect(ms(limit, 50, 10)).toBe(10);
    expect(ms(limit, 50, 10)).toBe(16);
  });

  test('refuses a round trip of nothing', () => {
    expect(() => new VegasLimit(small, noProbe).onSample(0, 0, 1, false)).toThrow(RangeError);
  });

  test('the policy draws a jitter from a half to one for each probe', () => {
    const drawn: number[] = [];
    const policy = make(vegas, { windowed: false, probeMultiplier: 1 }, (ordinal) => {
      drawn.push(ordinal);
      return 0;
    });
    for (let i = 0; i < 25; i++) {
      policy.acquire(i * SECOND, NO_DRAW);
      policy.ended(i * SECOND + 5, OK, 5);
    }
    // 0.5 * 1 * 20: every tenth sample.
    expect(drawn).toEqual([0, 1, 2]);
  });
});

describe('Gradient2', () => {
  const config = {
    initialLimit: 100,
    minLimit: 20,
    maxConcurrency: 200,
    smoothing: 1,
    queueSize: 4,
    rttTolerance: 1.5,
    longWindow: 600,
  };

  test('grows by its queue size while the round trip is within the tolerance', () => {
    const limit = new Gradient2Limit(config);
    limit.onSample(0, 10, 100);
    expect(limit.limit).toBe(104);
  });

  test('holds only where less than half is used', () => {
    const limit = new Gradient2Limit(config);
    limit.onSample(0, 10, 49);
    expect(limit.limit).toBe(100);
    limit.onSample(0, 10, 50);
    expect(limit.limit).toBe(104);
  });

  test('falls by at most a half', () => {
    const limit = new Gradient2Limit(config);
    for (let i = 0; i < 10; i++) limit.onSample(0, 10, 0);
    limit.onSample(0, 100_000, 100);
    expect(limit.limit).toBe(54);
  });

  test('does not fall on drops', () => {
    const limit = new Gradient2Limit(config);
    limit.onSample(0, 10, 100, true);
    expect(limit.limit).toBe(104);
  });

  test('lets a long average above twice the latest come down faster, from the next sample on', () => {
    const limit = new Gradient2Limit({ ...config, rttTolerance: 1, longWindow: 1e9 });
    for (let i = 0; i < 10; i++) limit.onSample(0, 1000, 0);
    for (let i = 0; i < 40; i++) limit.onSample(0, 100, 0);
    // By 5 % a sample until it is no more than 200: 32 times. So at 250 the gradient is below 1.
    limit.onSample(0, 250, 100);
    expect(limit.limit).toBe(Math.floor((100 * 1000 * 0.95 ** 32) / 250 + 4));
  });

  test('stays within its bounds', () => {
    const limit = new Gradient2Limit(config);
    for (let i = 0; i < 100; i++) limit.onSample(0, 10, 1000);
    expect(limit.limit).toBe(200);
    for (let i = 0; i < 10; i++) limit.onSample(0, 1e9, 1000);
    expect(limit.limit).toBe(20);
  });
});

describe('all of them, as policies', () => {
  const step = fc.record({
    wait: fc.nat({ max: 200 }),
    arrives: fc.boolean(),
    kind: fc.constantFrom<Kind>(OK, ERROR, REFUSED, LIMITED, TIMED_OUT, CANCELLED),
    which: fc.nat({ max: 1000 }),
  });
  const bounds = { aimd: [2, 6], vegas: [1, 6], gradient2: [2, 6] } as const;
  const made: Record<keyof typeof bounds, (windowed: boolean) => LimiterPolicy> = {
    aimd: (windowed) => make(aimd, { initialLimit: 4, minLimit: 2, maxLimit: 6, windowed, minWindowTime: '100ms' }),
    vegas: (windowed) => make(vegas, { initialLimit: 4, maxConcurrency: 6, windowed, minWindowTime: '100ms' }),
    gradient2: (windowed) =>
      make(gradient2, { initialLimit: 4, minLimit: 2, maxConcurrency: 6, windowed, minWindowTime: '100ms' }),
  };

  test.each(['aimd', 'vegas', 'gradient2'] as const)(
    '%s passes while fewer are in flight than a limit in its bounds',
    (name) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 200 }), fc.boolean(), (steps, windowed) => {
          const policy = made[name](windowed);
          const [least, most] = bounds[name];
          const started: number[] = [];
          let now = 0;
          for (const { wait, arrives, kind, which } of steps) {
            now += wait * MILLISECOND;
            const used = policy.used(now);
            if (arrives) {
              const answer = policy.acquire(now, NO_DRAW);
              expect(answer === DENIED).toBe(used === 1);
              if (answer === DENIED) expect(started.length).toBeGreaterThanOrEqual(least);
              else expect(started.push(now)).toBeLessThanOrEqual(most);
            } else if (started.length > 0) {
              const [start] = started.splice(which % started.length, 1);
              policy.ended(now, kind, now - start);
            }
          }
        }),
      );
    },
  );
});
