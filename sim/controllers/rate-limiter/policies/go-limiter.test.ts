import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { times } from '../testing/drive.ts';
import { GoLimiter, UNLIMITED } from './go-limiter.ts';

/** The unit of the timetables. */
const D = 100 * MILLISECOND;

/** When a reservation may act, in units of D; undefined if it is refused. */
function act(limiter: GoLimiter, at: number, n: number, maxWait = Infinity): number | undefined {
  const reservation = limiter.reserve(at * D, n, maxWait * D);
  return reservation.ok ? Math.round(reservation.actAt / D) : undefined;
}

describe('time that goes back', () => {
  test('is believed, without a refill, and the stretch is refilled a second time', () => {
    const limiter = new GoLimiter(10, 3);
    const timetable: [number, boolean][] = [
      [1, true],
      [0, true],
      [0, true],
      [0, false],
      [0, false],
      [1, true],
      [1, false],
      [1, false],
      [2, true],
      [2, false],
      [2, false],
    ];
    expect(timetable.map(([at]) => limiter.allow(at * D))).toEqual(timetable.map(([, ok]) => ok));
  });

  test('lets reservations violate limit and burst', () => {
    const limiter = new GoLimiter(10, 2);
    expect(act(limiter, 1, 2)).toBe(1);
    expect(act(limiter, 0, 1)).toBe(1);
    expect(act(limiter, 2, 2)).toBe(3);
  });

  test('lets a cancellation from the past give tokens back', () => {
    const limiter = new GoLimiter(10, 2);
    expect(act(limiter, 1, 2)).toBe(1);
    const cancelled = limiter.reserve(D, 2);
    expect(act(limiter, 1, 1)).toBe(4);
    limiter.cancel(0, cancelled);
    expect(act(limiter, 1, 2)).toBe(4);
  });
});

describe('cancelling', () => {
  test('has no effect once the time to act is over', () => {
    const limiter = new GoLimiter(10, 2);
    limiter.reserve(0, 2);
    const late = limiter.reserve(0, 2);
    limiter.cancel(3 * D, late);
    expect(act(limiter, 3, 2)).toBe(4);
  });

  test('the last and then an earlier one gives back as if the last had never been', () => {
    const limiter = new GoLimiter(10, 4);
    limiter.reserve(0, 4);
    const a = limiter.reserve(0, 3);
    limiter.reserve(0, 1);
    const c = limiter.reserve(0, 1);
    limiter.cancel(D, c);
    limiter.cancel(D, a);
    expect(act(limiter, 1, 3)).toBe(5);
  });

  test('after the limit was raised gives its tokens back at the old rate', () => {
    const limiter = new GoLimiter(5, 2);
    limiter.reserve(0, 2);
    const reservation = limiter.reserve(0, 2);
    limiter.setLimit(2 * D, 10);
    limiter.cancel(2 * D, reservation);
    expect(act(limiter, 2, 2)).toBe(3);
  });

  test('never fills the bucket above its burst', () => {
    const limiter = new GoLimiter(10, 2);
    const reservation = limiter.reserve(0, 2);
    limiter.cancel(0, reservation);
    expect(limiter.tokensAt(0)).toBe(2);
  });

  test('of a refused reservation does nothing', () => {
    const limiter = new GoLimiter(10, 2);
    const refused = limiter.reserve(0, 3);
    expect(refused.ok).toBe(false);
    limiter.cancel(0, refused);
    expect(limiter.tokensAt(0)).toBe(2);
  });
});

describe('changes while in use', () => {
  test('a raised burst is filled at the rate, not at once', () => {
    const limiter = new GoLimiter(5, 2);
    expect(act(limiter, 0, 2)).toBe(0);
    expect(act(limiter, 0, 2)).toBe(4);
    limiter.setBurst(3 * D, 4);
    expect(limiter.tokensAt(3 * D)).toBe(-0.5);
    // From the past, where nothing comes in, the same reservation acts earlier.
    expect(act(limiter, 0, 4)).toBe(9);
  });

  test('a lowered burst cuts what is there at the next look', () => {
    const limiter = new GoLimiter(10, 5);
    limiter.setBurst(0, 2);
    expect(limiter.tokensAt(0)).toBe(2);
  });

  test('a new limit counts from its moment on', () => {
    const limiter = new GoLimiter(10, 10);
    limiter.reserve(0, 10);
    limiter.setLimit(5 * D, 20);
    expect(limiter.tokensAt(5 * D)).toBe(5);
    expect(limiter.tokensAt(6 * D)).toBe(7);
  });
});

describe('limits of the limits', () => {
  test('a wait longer than allowed takes nothing', () => {
    const limiter = new GoLimiter(10, 2);
    expect(act(limiter, 0, 2, 1)).toBe(0);
    expect(act(limiter, 0, 1, 1)).toBe(1);
    expect(act(limiter, 0, 1, 1)).toBeUndefined();
    expect(limiter.tokensAt(0)).toBe(-1);
  });

  test('without a limit everything passes, whatever the burst', () => {
    const limiter = new GoLimiter(UNLIMITED, 0);
    for (let i = 0; i < 100; i++) expect(limiter.allow(0, 1000)).toBe(true);
    expect(limiter.wait(0, 3)).toMatchObject({ ok: true, actAt: 0 });
  });

  test('a rate of 0 leaves the initial burst and no more', () => {
    const limiter = new GoLimiter(0, 2);
    expect([limiter.allow(0), limiter.allow(0), limiter.allow(1e15)]).toEqual([true, true, false]);
    expect(limiter.reserve(1e15).ok).toBe(true);
    expect(limiter.reserve(1e15).actAt).toBe(Infinity);
  });

  test('a burst of 0 lets nothing through', () => {
    expect(new GoLimiter(10, 0).allow(SECOND)).toBe(false);
  });

  test('wait refuses at once what is more than the burst, over, or too late', () => {
    const limiter = new GoLimiter(10, 3);
    expect(limiter.wait(0, 4)).toBe('exceedsBurst');
    expect(limiter.wait(0, 1, Infinity, true)).toBe('cancelled');
    expect(limiter.wait(0, 3, D)).toMatchObject({ ok: true });
    expect(limiter.wait(0, 2, D)).toBe('exceedsDeadline');
  });

  test('a token is given up to one nanosecond early, since waits are cut to whole ones', () => {
    const limiter = new GoLimiter(3, 1);
    limiter.allow(0);
    // A third of a second is 333333333.33 ns.
    expect(limiter.allow(333_333_332)).toBe(false);
    expect(limiter.allow(333_333_333)).toBe(true);
  });
});

test('reservations act in order, no faster than burst and limit, and a refusal changes nothing', () => {
  const limit = 50;
  const burst = 4;
  fc.assert(
    fc.property(times(MILLISECOND, 60), fc.nat({ max: 200 }), (nows, maxWait) => {
      const limiter = new GoLimiter(limit, burst);
      const acts: number[] = [];
      for (const now of nows) {
        const before = limiter.tokensAt(now);
        const reservation = limiter.reserve(now, 1, maxWait * MILLISECOND);
        if (reservation.ok) acts.push(reservation.actAt);
        else expect(limiter.tokensAt(now)).toBe(before);
      }
      for (let last = 0; last < acts.length; last++) {
        for (let first = 0; first <= last; first++) {
          const stretch = acts[last] - acts[first];
          expect(stretch).toBeGreaterThanOrEqual(0);
          // One nanosecond more: what waits are cut by.
          expect(last - first + 1).toBeLessThanOrEqual(burst + (limit * (stretch + 1)) / SECOND + 1e-9);
        }
      }
    }),
  );
});
