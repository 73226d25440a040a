import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { DENIED } from '../policy.ts';
import { make, NO_DRAW } from '../testing/drive.ts';
import { goRate, GoRate } from './go-rate.ts';

test('denies at once by default, as Allow', () => {
  const policy = make(goRate, { limit: '10/s', burst: 1 });
  expect([policy.acquire(0, NO_DRAW), policy.acquire(0, NO_DRAW)]).toEqual([0, DENIED]);
});

test('waits for tokens to come, up to the longest wait', () => {
  const policy = new GoRate(10, 1, 200 * MILLISECOND);
  expect([0, 0, 0, 0].map((now) => policy.acquire(now))).toEqual([0, 100 * MILLISECOND, 200 * MILLISECOND, DENIED]);
  expect(policy.used(0)).toBe(1);
  expect(policy.used(100 * MILLISECOND)).toBeLessThan(1);
});

test('gives the place of one that gave up to those after it', () => {
  const policy = new GoRate(10, 1, SECOND);
  policy.acquire(0);
  const wait = policy.acquire(0);
  policy.abandoned(50 * MILLISECOND, wait);
  expect(policy.acquire(50 * MILLISECOND)).toBe(50 * MILLISECOND);
});

test('gives back no place that a later one was built on', () => {
  const policy = new GoRate(10, 1, SECOND);
  policy.acquire(0);
  const first = policy.acquire(0);
  policy.acquire(0);
  policy.abandoned(0, first);
  expect(policy.acquire(0)).toBe(300 * MILLISECOND);
});

test('a charge takes what there is and leaves reservations alone', () => {
  const policy = new GoRate(10, 3, SECOND);
  policy.charge(0, 10);
  expect(policy.acquire(0)).toBe(100 * MILLISECOND);
  policy.charge(0, 10);
  expect(policy.acquire(0)).toBe(200 * MILLISECOND);
});
