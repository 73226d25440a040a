import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, ERROR, LIMITED, OK, REFUSED, TIMED_OUT } from '../../../stack/result.ts';
import { DENIED } from '../policy.ts';
import { make, NO_DRAW } from '../testing/drive.ts';
import type { EnvoyGradientConfig } from './envoy-gradient-controller.ts';
import { EnvoyGradientController, gradientOf, nextLimit } from './envoy-gradient-controller.ts';
import { envoyGradient } from './envoy-gradient.ts';

const CONFIG: EnvoyGradientConfig = {
  sampleAggregatePercentile: 0.5,
  maxConcurrencyLimit: 1000,
  concurrencyUpdateInterval: 100 * MILLISECOND,
  minRttInterval: 30 * SECOND,
  minRttRequestCount: 5,
  minRttJitter: 0,
  minConcurrency: 3,
  minRttBuffer: 0.25,
};

/** A controller with a clock, as the product's test drives it. */
class Bench {
  readonly controller: EnvoyGradientController;
  now = 0;

  constructor(config: Partial<EnvoyGradientConfig> = {}, jitter = 0) {
    this.controller = new EnvoyGradientController({ ...CONFIG, ...config }, () => jitter);
  }

  /** Forwards and answers `count` requests after `latency` ms each, one by one. */
  sample(latency: number, count = 5): void {
    for (let i = 0; i < count; i++) {
      expect(this.controller.forward(this.now)).toBe(true);
      this.controller.record(this.now, latency * MILLISECOND);
    }
  }

  advance(duration: number): number {
    this.now += duration;
    this.controller.runTimers(this.now + 1);
    return this.controller.limit;
  }

  /** One window with five samples. */
  window(latency: number): number {
    this.sample(latency);
    return this.advance(100 * MILLISECOND);
  }
}

describe('the measurement', () => {
  test('comes first, lets only the minimum through, and ends with enough samples', () => {
    const bench = new Bench({ minConcurrency: 7, minRttRequestCount: 50 });
    const { controller } = bench;
    for (let i = 0; i < 7; i++) expect(controller.forward(0)).toBe(true);
    expect([controller.forward(0), controller.forward(0)]).toEqual([false, false]);
    for (let i = 0; i < 7; i++) controller.record(13 * MILLISECOND, 13 * MILLISECOND);
    bench.now = 13 * MILLISECOND;
    bench.sample(13, 42);
    expect(controller.measuring).toBe(true);
    bench.sample(13, 1);
    expect(controller.measuring).toBe(false);
    // Two digits of 13 ms, and half of the bin.
    expect(controller.minRtt).toBe(13.5 * MILLISECOND);
  });

  test('is repeated, and afterwards the limit is what it was', () => {
    const bench = new Bench();
    bench.sample(5);
    for (let i = 0; i < 5; i++) expect(bench.window(4)).toBeGreaterThan(3);
    const before = bench.controller.limit;
    expect(bench.advance(30 * SECOND)).toBe(3);
    expect(bench.controller.measuring).toBe(true);
    // No window is judged while it lasts, nor is it over by itself.
    expect(bench.advance(60 * SECOND)).toBe(3);
    bench.sample(13);
    expect(bench.controller.limit).toBe(before);
  });

  test('leaves out requests that were sent before it began', () => {
    const bench = new Bench({ minConcurrency: 2, minRttRequestCount: 25 });
    bench.sample(1350, 25);
    for (let i = 0; i < 28; i++) bench.window(1000);
    const old = bench.controller.limit;
    expect(old).toBeGreaterThan(25);
    for (let i = 0; i < old; i++) bench.controller.forward(bench.now);
    bench.advance(30 * SECOND);
    expect(bench.controller.measuring).toBe(true);
    for (let i = 0; i < old; i++) bench.controller.record(bench.now, 300 * SECOND);
    expect(bench.controller.measuring).toBe(true);
    expect(bench.controller.outstanding).toBe(0);
  });

  test('counts requests that were sent at the moment at which it began', () => {
    const bench = new Bench();
    bench.sample(5);
    bench.advance(30 * SECOND);
    for (let i = 0; i < 3; i++) bench.controller.forward(bench.now);
    bench.advance(7 * MILLISECOND);
    for (let i = 0; i < 3; i++) bench.controller.record(bench.now, 7 * MILLISECOND);
    bench.sample(5, 2);
    expect(bench.controller.measuring).toBe(false);
  });

  test('is put off by up to its jitter, in whole milliseconds', () => {
    const measuredAfter = (jitter: number, share: number): number => {
      const bench = new Bench({ minRttInterval: 100 * SECOND, minRttJitter: share }, jitter);
      bench.sample(5);
      while (!bench.controller.measuring) bench.advance(MILLISECOND);
      return bench.now / MILLISECOND;
    };
    expect(measuredAfter(0.99, 0)).toBe(100_000);
    expect(measuredAfter(0.5, 0.1)).toBe(105_000);
    expect(measuredAfter(0.99999999, 0.1)).toBe(109_999);
  });

  test('is made anew after the limit was set to its minimum five windows in a row', () => {
    const bench = new Bench({ minConcurrency: 7, minRttBuffer: 0, minRttInterval: 3600 * SECOND });
    bench.sample(5);
    for (let i = 0; i < 4; i++) expect(bench.window(50)).toBe(7);
    expect(bench.controller.measuring).toBe(false);
    bench.window(50);
    expect(bench.controller.measuring).toBe(true);
    bench.advance(SECOND);
    bench.sample(50);
    expect(bench.controller.minRtt).toBe(50.5 * MILLISECOND);
    expect(bench.window(50)).toBeGreaterThan(7);
  });
});

describe('a window', () => {
  test('without samples changes nothing, however many there are', () => {
    const bench = new Bench();
    bench.sample(5);
    const limit = bench.window(4);
    for (let i = 0; i < 5; i++) expect(bench.advance(100 * MILLISECOND)).toBe(limit);
    expect(bench.advance(20 * SECOND)).toBe(limit);
  });

  test('takes in what is answered at the moment of its end', () => {
    const bench = new Bench();
    bench.sample(5);
    expect(bench.controller.forward(0)).toBe(true);
    bench.controller.record(100 * MILLISECOND, 4 * MILLISECOND);
    expect(bench.controller.limit).toBe(3);
    expect(bench.advance(100 * MILLISECOND)).toBeGreaterThan(3);
  });

  test('keeps its phase over windows without samples', () => {
    const bench = new Bench();
    bench.sample(5);
    const limit = bench.controller.limit;
    bench.advance(1050 * MILLISECOND);
    bench.sample(4);
    expect(bench.advance(49 * MILLISECOND)).toBe(limit);
    expect(bench.advance(MILLISECOND)).toBeGreaterThan(limit);
  });

  test('may shrink the limit, down to the minimum', () => {
    const bench = new Bench({ minConcurrency: 7, minRttBuffer: 0.1 });
    bench.sample(5);
    for (let i = 0; i < 10; i++) bench.window(4);
    for (let i = 0; i < 10; i++) {
      const before = bench.controller.limit;
      expect(bench.window(6)).toBeLessThan(before);
      expect(bench.controller.limit).toBeGreaterThanOrEqual(7);
    }
  });
});

test('the gradient is kept between a half and two, and the limit in its bounds', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 1e9 }),
      fc.nat({ max: 1e9 }),
      fc.integer({ min: 3, max: 1000 }),
      (minRtt, sampleRtt, limit) => {
        const gradient = gradientOf(minRtt, sampleRtt, 0.25);
        expect(gradient).toBeGreaterThanOrEqual(0.5);
        expect(gradient).toBeLessThanOrEqual(2);
        const next = nextLimit(limit, gradient, 3, 1000);
        expect(Number.isInteger(next)).toBe(true);
        expect(next).toBeGreaterThanOrEqual(3);
        expect(next).toBeLessThanOrEqual(1000);
      },
    ),
  );
});

describe('as a policy', () => {
  const written = { concurrencyUpdateInterval: '100ms', minRttInterval: '30s' };

  test('samples every answer, and of a cancelled call only frees the slot', () => {
    const ends = (kind: Kind): boolean => {
      const policy = make(envoyGradient, { ...written, minRttRequestCount: 1, minConcurrency: 1 });
      policy.acquire(0, NO_DRAW);
      expect(policy.used(0)).toBe(1);
      policy.ended(SECOND, kind, SECOND);
      expect(policy.used(SECOND)).toBe(0);
      // After the measurement the windows are judged, and the limit grows above 1.
      policy.acquire(SECOND, NO_DRAW);
      policy.ended(SECOND, OK, 0);
      policy.acquire(3 * SECOND, NO_DRAW);
      return policy.acquire(3 * SECOND, NO_DRAW) === 0;
    };
    const kinds: Kind[] = [OK, ERROR, REFUSED, LIMITED, TIMED_OUT];
    expect(kinds.map(ends)).toEqual(kinds.map(() => true));
    expect(ends(CANCELLED)).toBe(false);
  });

  test('refuses a minimum above the maximum', () => {
    const config = { ...CONFIG, minConcurrency: 9, maxConcurrencyLimit: 8 };
    expect(envoyGradient.check?.(config)).toContain('minConcurrency');
    expect(envoyGradient.check?.(CONFIG)).toBeUndefined();
  });

  test('looking does not matter: asked often or seldom, it answers the same', () => {
    const step = fc.record({
      wait: fc.nat({ max: 400 }),
      latency: fc.integer({ min: 1, max: 300 }),
      looks: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const config = { ...written, minRttInterval: '3s', minRttRequestCount: 4 };
        const [often, seldom] = [make(envoyGradient, config), make(envoyGradient, config)];
        let now = 0;
        for (const { wait, latency, looks } of steps) {
          for (let look = 1; look <= looks; look++)
            often.used(now + Math.floor((wait * look) / (looks + 1)) * MILLISECOND);
          now += wait * MILLISECOND;
          const answer = often.acquire(now, NO_DRAW);
          expect(seldom.acquire(now, NO_DRAW)).toBe(answer);
          if (answer === DENIED) continue;
          now += latency * MILLISECOND;
          often.ended(now, OK, latency * MILLISECOND);
          seldom.ended(now, OK, latency * MILLISECOND);
          expect(seldom.used(now)).toBe(often.used(now));
        }
      }),
    );
  });
});
