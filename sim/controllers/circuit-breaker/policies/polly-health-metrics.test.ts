import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { RollingHealthMetrics, SingleHealthMetrics, createHealthMetrics } from './polly-health-metrics.ts';

describe('the choice of metrics', () => {
  it('is a single window below 200 ms', () => {
    expect(createHealthMetrics(200 * MILLISECOND - 1, 0).window).toBe('single');
    expect(createHealthMetrics(200 * MILLISECOND, 0).window).toBe('rolling');
  });
});

describe('rolling health metrics', () => {
  it('begin a window with the first event after the last one, not on the clock', () => {
    const metrics = new RollingHealthMetrics(10 * SECOND, 10);
    metrics.incrementFailure(1500 * MILLISECOND);
    metrics.incrementFailure(2499 * MILLISECOND);
    metrics.incrementFailure(2500 * MILLISECOND);
    expect(metrics.info(11499 * MILLISECOND).failureCount).toBe(3);
    // Both failures of the first window leave with it, though one is younger.
    expect(metrics.info(11500 * MILLISECOND).failureCount).toBe(1);
    expect(metrics.info(12500 * MILLISECOND).failureCount).toBe(0);
  });

  it('of Polly’s own test: half, half, a quarter, an eighth, none', () => {
    const metrics = new RollingHealthMetrics(10 * SECOND, 10);
    const health = [];
    for (let i = 0; i < 5; i += 1) {
      if (i < 2) metrics.incrementFailure(2 * i * SECOND);
      else metrics.incrementSuccess(2 * i * SECOND);
      metrics.incrementSuccess(2 * i * SECOND);
      health.push(metrics.info(2 * (i + 1) * SECOND));
    }
    health.push(metrics.info(12 * SECOND));
    expect(health[0]).toEqual({ throughput: 2, failureRate: 0.5, failureCount: 1 });
    expect(health[1]).toEqual({ throughput: 4, failureRate: 0.5, failureCount: 2 });
    expect(health[3]).toEqual({ throughput: 8, failureRate: 0.25, failureCount: 2 });
    expect(health[4]).toEqual({ throughput: 8, failureRate: 0.125, failureCount: 1 });
    expect(health[5]).toEqual({ throughput: 6, failureRate: 0, failureCount: 0 });
  });

  it('are moved by being read, as the product’s are', () => {
    const read = new RollingHealthMetrics(10 * SECOND, 10);
    const unread = new RollingHealthMetrics(10 * SECOND, 10);
    read.info(0);
    for (const metrics of [read, unread]) metrics.incrementFailure(900 * MILLISECOND);
    expect(read.info(10 * SECOND).failureCount).toBe(0);
    expect(unread.info(10 * SECOND).failureCount).toBe(1);
  });
});

/** The same, with plain arrays, as Polly's queue of windows. */
class NaiveRolling {
  private readonly sampling: number;
  private readonly length: number;
  private queue: { start: number; successes: number; failures: number }[] = [];

  constructor(sampling: number, windows: number) {
    this.sampling = sampling;
    this.length = Math.floor(sampling / windows);
  }

  touch(now: number): { start: number; successes: number; failures: number } {
    const last = this.queue.at(-1);
    if (last === undefined || now - last.start >= this.length) {
      this.queue.push({ start: now, successes: 0, failures: 0 });
    }
    this.queue = this.queue.filter(({ start }) => now - start < this.sampling);
    return this.queue.at(-1) as { start: number; successes: number; failures: number };
  }

  counts(now: number): number[] {
    const alive = this.queue.filter(({ start }) => now - start < this.sampling);
    return ['successes' as const, 'failures' as const].map((name) => alive.reduce((sum, w) => sum + w[name], 0));
  }

  reset(): void {
    this.queue = [];
  }
}

describe('properties', () => {
  const acts = fc.array(
    fc.record({
      gap: fc.oneof({ weight: 6, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(40) }),
      what: fc.constantFrom('success', 'failure', 'info', 'peek', 'reset'),
    }),
    { maxLength: 80 },
  );

  it('rolling metrics count what the queue of windows holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 40 }), fc.integer({ min: 1, max: 10 }), acts, (sampling, windows, all) => {
        const metrics = new RollingHealthMetrics(sampling, windows);
        const naive = new NaiveRolling(sampling, windows);
        let now = 0;
        for (const { gap, what } of all) {
          now += gap;
          if (what === 'success') {
            metrics.incrementSuccess(now);
            naive.touch(now).successes += 1;
          } else if (what === 'failure') {
            metrics.incrementFailure(now);
            naive.touch(now).failures += 1;
          } else if (what === 'info') {
            naive.touch(now);
            metrics.info(now);
          } else if (what === 'reset') {
            metrics.reset(now);
            naive.reset();
          }
          expect([metrics.successesAt(now), metrics.failuresAt(now)]).toEqual(naive.counts(now));
          if (what !== 'peek') expect([metrics.successes, metrics.failures]).toEqual(naive.counts(now));
        }
      }),
    );
  });

  it('a single window holds what came since it began, until it is over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), acts, (sampling, all) => {
        const metrics = new SingleHealthMetrics(sampling, 0);
        let start = 0;
        let held: string[] = [];
        let now = 0;
        for (const { gap, what } of all) {
          now += gap;
          const over = now - start >= sampling;
          if (what === 'peek') {
            const failures = held.filter((result) => result === 'failure').length;
            expect(metrics.failuresAt(now)).toBe(over ? 0 : failures);
            expect(metrics.successesAt(now)).toBe(over ? 0 : held.length - failures);
            continue;
          }
          if (over || what === 'reset') {
            start = now;
            held = [];
          }
          if (what === 'success') metrics.incrementSuccess(now);
          else if (what === 'failure') metrics.incrementFailure(now);
          else if (what === 'reset') metrics.reset(now);
          if (what === 'success' || what === 'failure') held.push(what);
          const failureCount = held.filter((result) => result === 'failure').length;
          expect(metrics.info(now)).toMatchObject({ throughput: held.length, failureCount });
        }
      }),
    );
  });
});
