import { expect, it } from 'vitest';
import { FAILED, SERVED } from '../world/outcome.ts';
import { Digest } from './digest.ts';

function digestOf(ends: readonly (readonly [number, number, number])[]): string {
  const digest = new Digest();
  for (const [request, outcome, time] of ends) digest.add(request, outcome, time);
  return digest.toString();
}

const ENDS = [
  [0, SERVED, 1e9],
  [1, FAILED, 2e9],
  [2, SERVED, 2 ** 52],
] as const;

it('does not depend on the order in which requests end', () => {
  expect(digestOf(ENDS.toReversed())).toBe(digestOf(ENDS));
});

it.each([
  ['an outcome', 1, [1, SERVED, 2e9]],
  ['a time, by a nanosecond', 0, [0, SERVED, 1e9 + 1]],
  ['a time, by 2^32 nanoseconds', 2, [2, SERVED, 2 ** 52 + 2 ** 32]],
  ['a request', 0, [3, SERVED, 1e9]],
] as const)('changes with %s', (_what, place, end) => {
  expect(digestOf(ENDS.with(place, end as never))).not.toBe(digestOf(ENDS));
});

it('tells apart two requests that swap their ends', () => {
  const swapped = [[0, FAILED, 2e9], [1, SERVED, 1e9], ENDS[2]] as const;
  expect(digestOf(swapped)).not.toBe(digestOf(ENDS));
});

it('is sixteen hexadecimal digits, of nothing too', () => {
  expect(digestOf([])).toMatch(/^[0-9a-f]{16}$/);
  expect(digestOf(ENDS)).toMatch(/^[0-9a-f]{16}$/);
});
