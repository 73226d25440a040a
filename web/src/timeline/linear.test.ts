import { scaleLinear } from 'd3';
import { describe, expect, it } from 'vitest';
import { linear } from './linear.ts';

describe('a linear scale', () => {
  it.each([
    { domain: [0, 1], range: [40, 4] },
    { domain: [38_000, 158_000], range: [0, 911] },
    { domain: [3, 3], range: [10, 20] },
  ] as { domain: [number, number]; range: [number, number] }[])(
    'puts values where d3 puts them, from $domain to $range',
    ({ domain, range }) => {
      const [own, theirs] = [linear(domain, range), scaleLinear(domain, range)];
      for (const value of [domain[0], domain[1], 0, 0.25, 90_000, -7]) expect(own(value)).toBeCloseTo(theirs(value), 9);
    },
  );
});
