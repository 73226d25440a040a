import { describe, expect, it } from 'vitest';
import { rankCorrelation } from './rank-correlation.ts';

describe("Spearman's rank correlation", () => {
  it('is 1 of what rises together, however crooked, and -1 of what falls', () => {
    expect(
      rankCorrelation([
        [1, 1],
        [2, 10],
        [3, 11],
        [9, 1000],
      ]),
    ).toBeCloseTo(1, 12);
    expect(
      rankCorrelation([
        [1, 5],
        [2, 3],
        [3, -7],
      ]),
    ).toBeCloseTo(-1, 12);
  });

  it('gives equal values their mean rank', () => {
    // Ranks 1 2.5 2.5 4 and 1 2 3 4: 4.5 / sqrt(4.5 * 5).
    expect(
      rankCorrelation([
        [1, 1],
        [2, 2],
        [2, 3],
        [3, 4],
      ]),
    ).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  it('is nothing where one side never varies', () => {
    expect(
      rankCorrelation([
        [1, 1],
        [2, 1],
      ]),
    ).toBeNaN();
  });
});
