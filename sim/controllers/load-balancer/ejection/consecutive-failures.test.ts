import { expect, it } from 'vitest';
import { ConsecutiveFailures } from './consecutive-failures.ts';

it('fires at the threshold once, and not past it', () => {
  const failures = new ConsecutiveFailures(3, 1);
  expect(Array.from({ length: 6 }, () => failures.failed(0))).toEqual([false, false, true, false, false, false]);
});

it('is broken by a success', () => {
  const failures = new ConsecutiveFailures(2, 2);
  expect(failures.failed(0)).toBe(false);
  failures.succeeded(0);
  expect([failures.failed(0), failures.failed(1), failures.failed(0)]).toEqual([false, false, true]);
});

it('counts anew when it has been acted on, in a run that still holds', () => {
  const failures = new ConsecutiveFailures(2, 1);
  failures.failed(0);
  failures.failed(0);
  failures.restart(0);
  expect([failures.failed(0), failures.failed(0), failures.holds(0)]).toEqual([false, true, true]);
  failures.succeeded(0);
  expect(failures.holds(0)).toBe(false);
});

it('never fires at a threshold of 0', () => {
  const failures = new ConsecutiveFailures(0, 1);
  expect([failures.failed(0), failures.failed(0), failures.holds(0)]).toEqual([false, false, false]);
});
