import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { Stream } from '../../../kernel/random.ts';
import { JITTERS, jittered } from './jitter.ts';
import { drawing } from './testing/scripted-random.ts';

const wait = fc.integer({ min: 0, max: 1e12 });

describe('jitter', () => {
  test.prop([wait, fc.double({ min: 0, max: 1, noNaN: true })])('stays within the range of its kind', (v, u) => {
    expect(jittered(v, 'none', drawing(u))).toBe(v);
    expect(jittered(v, 'full', drawing(u))).toBeGreaterThanOrEqual(0);
    expect(jittered(v, 'full', drawing(u))).toBeLessThanOrEqual(v);
    expect(jittered(v, 'equal', drawing(u))).toBeGreaterThanOrEqual(v / 2);
    expect(jittered(v, 'equal', drawing(u))).toBeLessThanOrEqual(v);
  });

  test.prop([wait, fc.constantFrom(...JITTERS), fc.double({ min: 0, max: 1, noNaN: true })])(
    'gives whole nanoseconds',
    (v, jitter, u) => {
      expect(Number.isInteger(jittered(v / 3, jitter, drawing(u)))).toBe(true);
    },
  );

  test.each([
    ['full', 500],
    ['equal', 750],
  ] as const)('%s jitter of 1000 has a mean of %i', (jitter, mean) => {
    const random = new Stream('jitter', jitter);
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += jittered(1000, jitter, random);
    expect(Math.abs(sum / 100_000 - mean)).toBeLessThan(3);
  });
});
