import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import type { Semaphore } from './lifo-blocking-limiter.ts';
import { GRANTED, LifoBlockingLimiter, REJECTED } from './lifo-blocking-limiter.ts';

class Slots implements Semaphore {
  limit: number;
  inFlight = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  tryAcquire(): boolean {
    if (this.inFlight >= this.limit) return false;
    this.inFlight++;
    return true;
  }

  release(): void {
    this.inFlight--;
  }
}

test('lets in the newest first', () => {
  const limiter = new LifoBlockingLimiter(new Slots(1));
  limiter.acquire(0);
  const [first, second, third] = [1, 2, 3].map((now) => limiter.acquire(now));
  expect([first, second, third]).toEqual([1, 2, 3]);
  expect([10, 11, 12, 13].map((now) => limiter.release(now))).toEqual([third, second, first, 0]);
});

test('holds a hundred for a second by default, and rejects the next at once', () => {
  const limiter = new LifoBlockingLimiter(new Slots(1));
  limiter.acquire(0);
  for (let i = 0; i < 100; i++) expect(limiter.acquire(0)).toBeGreaterThan(0);
  expect(limiter.acquire(SECOND - 1)).toBe(REJECTED);
  expect(limiter.acquire(SECOND)).toBeGreaterThan(0);
  expect(limiter.waiting).toBe(1);
});

test('a release at the instant of a timeout still lets in', () => {
  const limiter = new LifoBlockingLimiter(new Slots(1));
  limiter.acquire(0);
  const caller = limiter.acquire(0);
  expect(limiter.release(SECOND)).toBe(caller);
});

test('a release after the timeout lets nobody in', () => {
  const limiter = new LifoBlockingLimiter(new Slots(1));
  limiter.acquire(0);
  limiter.acquire(0);
  expect(limiter.release(SECOND + 1)).toBe(0);
  expect(limiter.acquire(SECOND + 1)).toBe(GRANTED);
});

test('a caller may wait for a time of its own', () => {
  const limiter = new LifoBlockingLimiter(new Slots(1));
  limiter.acquire(0);
  const patient = limiter.acquire(0, 5 * SECOND);
  limiter.acquire(0, 10 * MILLISECOND);
  expect(limiter.release(SECOND)).toBe(patient);
});

test('follows a limit that changes', () => {
  const slots = new Slots(4);
  const limiter = new LifoBlockingLimiter(slots);
  for (let i = 0; i < 4; i++) limiter.acquire(0);
  slots.limit = 5;
  expect(limiter.acquire(0)).toBe(GRANTED);
  slots.limit = 3;
  limiter.acquire(0);
  // Five are in flight: two must go before anybody is let in.
  expect([1, 2].map((now) => limiter.release(now))).toEqual([0, 0]);
  expect(limiter.release(3)).toBe(1);
});

test('equals a list of those that wait', () => {
  const step = fc.record({ wait: fc.nat({ max: 400 }), acquires: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 80 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat({ max: 4 }),
      (steps, limit, size) => {
        const limiter = new LifoBlockingLimiter(new Slots(limit), size, SECOND);
        let list: { number: number; since: number }[] = [];
        let inFlight = 0;
        let now = 0;
        for (const { wait, acquires } of steps) {
          now += wait * MILLISECOND;
          if (acquires) {
            const answer = limiter.acquire(now);
            if (inFlight < limit) {
              expect(answer).toBe(GRANTED);
              inFlight++;
              continue;
            }
            list = list.filter(({ since }) => since + SECOND > now);
            expect(answer === REJECTED).toBe(list.length >= size);
            if (answer !== REJECTED) list.push({ number: answer, since: now });
          } else if (inFlight > 0) {
            list = list.filter(({ since }) => since + SECOND >= now);
            const letIn = list.pop();
            expect(limiter.release(now)).toBe(letIn?.number ?? 0);
            if (letIn === undefined) inFlight--;
          }
        }
      },
    ),
  );
});
