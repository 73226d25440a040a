import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import { make, mostWithin, NO_DRAW, passages, times } from '../testing/drive.ts';
import { Nginx, nginx } from './nginx.ts';

const ms = (...at: number[]): number[] => at.map((value) => value * MILLISECOND);

test('without a burst passes one in each 1 / rate and denies the others', () => {
  const policy = make(nginx, { rate: '10/s' });
  expect(ms(0, 0, 50, 99, 100, 150, 200).map((now) => policy.acquire(now, NO_DRAW))).toEqual([
    0,
    DENIED,
    DENIED,
    DENIED,
    0,
    DENIED,
    0,
  ]);
});

test('delays what is within the burst so that it leaves at the rate', () => {
  const policy = make(nginx, { rate: '10/s', burst: 3 });
  expect(ms(0, 0, 0, 0, 0).map((now) => policy.acquire(now, NO_DRAW))).toEqual([...ms(0, 100, 200, 300), DENIED]);
});

test('with nodelay passes the burst at once, and slots come back at the rate', () => {
  const policy = make(nginx, { rate: '10/s', burst: 3, nodelay: true });
  expect(ms(0, 0, 0, 0, 0, 99, 100, 100).map((now) => policy.acquire(now, NO_DRAW))).toEqual([
    0,
    0,
    0,
    0,
    DENIED,
    DENIED,
    0,
    DENIED,
  ]);
});

test('with a delay passes so many at once and delays the others against them', () => {
  const policy = make(nginx, { rate: '5/s', burst: 4, delay: 2 });
  expect(ms(0, 0, 0, 0, 0, 0).map((now) => policy.acquire(now, NO_DRAW))).toEqual([...ms(0, 0, 0, 200, 400), DENIED]);
});

test('a refusal changes nothing', () => {
  const policy = new Nginx(1, 0, 0);
  policy.acquire(0);
  for (const now of ms(10, 500, 900, 999)) expect(policy.acquire(now)).toBe(DENIED);
  expect(policy.acquire(SECOND)).toBe(0);
});

test('cuts the time to milliseconds', () => {
  const policy = new Nginx(10, 0, 0);
  policy.acquire(0.9 * MILLISECOND);
  // 99.1 ms later, but 100 ms by the clock that it reads.
  expect(policy.acquire(100 * MILLISECOND)).toBe(0);
});

test('drains too little at a few a minute, since each passage forgets what was not yet a thousandth', () => {
  // 6 a minute are 100 thousandths a second; in 9 ms nothing whole drains, though in 18 s it would be 1.8 requests.
  const policy = new Nginx(0.1, 2000, Infinity);
  const waits = Array.from({ length: 2002 }, (_, i) => policy.acquire(i * 9 * MILLISECOND));
  expect(waits.slice(0, 2001).every((wait) => wait === 0)).toBe(true);
  expect(waits[2001]).toBe(DENIED);
});

test('reads whole rates a minute as nginx does: cut to thousandths a second', () => {
  // 7 a minute are 116.67, cut to 116 thousandths a second: 8621 ms for one.
  const policy = make(nginx, { rate: '7/m' });
  expect(ms(0, 8620, 8621).map((now) => policy.acquire(now, NO_DRAW))).toEqual([0, DENIED, 0]);
});

test('a charge uses up the burst and no more', () => {
  const policy = new Nginx(10, 5, Infinity);
  policy.charge(0, 2);
  for (let i = 0; i < 4; i++) expect(policy.acquire(0)).toBe(0);
  expect(policy.acquire(0)).toBe(DENIED);
  policy.charge(0, 100);
  expect(policy.used(0)).toBe(1);
  expect(policy.acquire(100 * MILLISECOND)).toBe(0);
});

test('passes at most the burst, one, and the rate times the length, over any stretch', () => {
  fc.assert(
    fc.property(times(MILLISECOND, 300), fc.integer({ min: 1, max: 50 }), fc.nat({ max: 6 }), (nows, rate, burst) => {
      const passed = passages(new Nginx(rate, burst, Infinity), nows);
      for (const length of [1, 10, 1000, 5000]) {
        expect(mostWithin(passed, length * MILLISECOND)).toBeLessThanOrEqual(burst + 1 + (rate * length) / 1000);
      }
    }),
  );
});

/** Answers by the recurrence of the module in whole numbers, run anew over the passages before each attempt. */
function recomputed(nows: readonly number[], rate: bigint, burst: bigint, delay: bigint): number[] {
  const passed: bigint[] = [];
  return nows.map((now) => {
    let excess = 0n;
    let last = 0n;
    const step = (at: bigint): bigint => {
      const next = excess - (rate * (at - last)) / 1000n + 1000n;
      return next < 0n ? 0n : next;
    };
    passed.forEach((at, i) => {
      excess = i === 0 ? 0n : step(at);
      last = at;
    });
    const at = BigInt(now / MILLISECOND);
    const next = passed.length === 0 ? 0n : step(at);
    if (next > burst * 1000n) return DENIED;
    passed.push(at);
    return next <= delay * 1000n ? 0 : Number(((next - delay * 1000n) * 1000n) / rate) * MILLISECOND;
  });
}

test('equals the excess recomputed from the whole history in whole numbers', () => {
  const amount = fc.nat({ max: 6 });
  fc.assert(
    fc.property(
      times(MILLISECOND, 300),
      fc.integer({ min: 1, max: 60 }),
      amount,
      amount,
      (nows, rate, burst, delay) => {
        const policy = new Nginx(rate, burst, delay);
        expect(nows.map((now) => policy.acquire(now))).toEqual(
          recomputed(nows, BigInt(rate) * 1000n, BigInt(burst), BigInt(delay)),
        );
      },
    ),
  );
});
