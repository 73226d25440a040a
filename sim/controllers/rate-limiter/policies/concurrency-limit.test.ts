import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DENIED } from '../policy.ts';
import { make, NO_DRAW } from '../testing/drive.ts';
import { ConcurrencyLimit, concurrencyLimit } from './concurrency-limit.ts';

test('passes 25 at once by default', () => {
  const policy = make(concurrencyLimit);
  for (let i = 0; i < 25; i++) expect(policy.acquire(0, NO_DRAW)).toBe(0);
  expect(policy.acquire(0, NO_DRAW)).toBe(DENIED);
});

test('a penalty takes no slot, for it would never come back', () => {
  const policy = new ConcurrencyLimit(1);
  policy.charge();
  expect(policy.acquire(0)).toBe(0);
});

test('passes exactly while fewer are in flight than it allows', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 80 }), fc.nat({ max: 5 }), (steps, most) => {
      const policy = new ConcurrencyLimit(most);
      let inFlight = 0;
      for (const arrives of steps) {
        expect(policy.used()).toBe(most === 0 ? 1 : inFlight / most);
        if (arrives) {
          expect(policy.acquire(0)).toBe(inFlight < most ? 0 : DENIED);
          if (inFlight < most) inFlight++;
        } else if (inFlight > 0) {
          policy.ended();
          inFlight--;
        }
      }
    }),
  );
});
