import { describe, expect, it } from 'vitest';
import { crossingsOf } from './crossings.ts';

const place = (x: number, mean: number, margin = 0) => ({ x, mean, low: mean - margin, high: mean + margin });

describe('a crossing', () => {
  it('lies where a straight line between the means crosses, in the interval beyond doubt', () => {
    expect(crossingsOf([place(0, 4), place(1, 3), place(2, 1, 2), place(3, -1, 2), place(4, -5)])).toEqual([
      { at: 2.5, low: 1, high: 4, rises: false },
    ]);
  });

  it('is found in whatever order the places come, and in both directions', () => {
    expect(crossingsOf([place(3, 1), place(1, -1), place(5, -3)])).toEqual([
      { at: 2, low: 1, high: 3, rises: true },
      { at: 3.5, low: 3, high: 5, rises: false },
    ]);
  });

  it('is not made of doubt', () => {
    expect(crossingsOf([place(0, 4), place(1, 1, 2), place(2, -1, 2)])).toEqual([]);
    expect(crossingsOf([place(0, 1), place(1, 0), place(2, 1)])).toEqual([]);
    expect(crossingsOf([place(0, 1), place(1, NaN)])).toEqual([]);
  });

  it('is one, however often the means change sides in doubt', () => {
    const noisy = [place(0, 4), place(1, -0.1, 3), place(2, 0.1, 3), place(3, -4)];
    expect(crossingsOf(noisy)).toHaveLength(1);
    expect(crossingsOf(noisy)[0]).toMatchObject({ low: 0, high: 3, rises: false });
  });
});
