import { describe, expect, it } from 'vitest';
import { parseParameter } from './parameter.ts';
import { gridOf, latinHypercube } from './points.ts';

const parameters = (...texts: string[]) => texts.map(parseParameter);

describe('a grid', () => {
  it('has every combination, the last parameter changing fastest', () => {
    const points = gridOf(parameters('a.x=1..2', 'b.y=1s,2s,3s'));
    expect(points.map((point) => point.map(({ written }) => written))).toEqual([
      [1, '1s'],
      [1, '2s'],
      [1, '3s'],
      [2, '1s'],
      [2, '2s'],
      [2, '3s'],
    ]);
  });

  it('needs steps, and is of a size that can be run', () => {
    expect(() => gridOf(parameters('a.lag=0s..5s'))).toThrow(/^--param a\.lag: say how far apart/);
    expect(() => gridOf(parameters('a.x=1..5000', 'b.y=1..5000'))).toThrow(/more than 1000000 points/);
  });
});

describe('a Latin hypercube', () => {
  it('meets each slice of each range once', () => {
    const points = latinHypercube(parameters('a.x=0..1.0', 'b.lag=1s..3s', 'c.n=1..8'), 8, 'seed');
    const slices = (k: number, low: number, high: number) =>
      points.map((point) => Math.floor(((point[k].x! - low) / (high - low)) * 8)).toSorted((a, b) => a - b);
    expect(slices(1, 1e9, 3e9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(points.map((point) => point[2].x).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is drawn from its seed alone', () => {
    const of = (seed: string) => latinHypercube(parameters('b.lag=1s..3s', 'c.lag=1s..3s'), 5, seed);
    expect(of('1')).toEqual(of('1'));
    expect(of('1')).not.toEqual(of('2'));
    expect(of('1').map(([b]) => b)).not.toEqual(of('1').map(([, c]) => c));
  });

  it('has two points or more', () => {
    expect(() => latinHypercube(parameters('b.lag=1s..3s'), 1, '1')).toThrow(/^--lhs: expected a whole number from 2/);
  });
});

describe('a parameter', () => {
  it('names a path as settings know it', () => {
    expect(parseParameter('world.faults[0].slow.factor=2..4').path).toBe('world.faults.0.slow.factor');
  });

  it.each(['tries', '=1..4'])('complains of `%s`', (text) => {
    expect(() => parseParameter(text)).toThrow(/^--param: expected path=range/);
  });

  it('says which path has no range', () => {
    expect(() => parseParameter('a.tries=5..1:1')).toThrow(/^--param a\.tries: .*empty range/);
  });
});
