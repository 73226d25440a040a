import { describe, expect, it } from 'vitest';
import { fc, test } from '@fast-check/vitest';
import { parseRange } from './range.ts';
import { SweepError } from './sweep-error.ts';

const written = (text: string) => parseRange(text).values.map((value) => value.written);

describe('a range', () => {
  it.each([
    ['1..4', [1, 2, 3, 4]],
    ['4..1', [4, 3, 2, 1]],
    ['0..1:0.25', [0, 0.25, 0.5, 0.75, 1]],
    ['0..0.3:0.1', [0, 0.1, 0.2, 0.3]],
    ['0s..2s:500ms', ['0s', '500ms', '1s', '1.5s', '2s']],
    ['0..2s:1s', ['0s', '1s', '2s']],
    ['1m..2m/3', ['1m', '1m30s', '2m']],
    ['100/s..300/s:100/s', ['100/s', '200/s', '300/s']],
    ['100/s..300/s/3', ['100/s', '200/s', '300/s']],
    ['10%..30%:10%', ['10%', '20%', '30%']],
    ['1ms..10s/5:log', ['1ms', '10ms', '100ms', '1s', '10s']],
    ['1..1000/4:log', [1, 10, 100, 1000]],
    ['5..5', [5]],
    ['3..1:-1', [3, 2, 1]],
    ['1..4:2', [1, 3]],
    ['-2..1', [-2, -1, 0, 1]],
    ['2,4,8', [2, 4, 8]],
    ['1s, 5s', ['1s', '5s']],
    ['fifo,lifo', ['fifo', 'lifo']],
    ['true,false', [true, false]],
    ['7', [7]],
  ])('reads %s', (text, values) => {
    expect(written(text)).toEqual(values);
  });

  it('knows its values as numbers, durations in nanoseconds', () => {
    expect(parseRange('0s..1s/3')).toMatchObject({ kind: 'duration', values: [{ x: 0 }, { x: 5e8 }, { x: 1e9 }] });
    expect(parseRange('0,1s').values.map(({ x }) => x)).toEqual([0, 1e9]);
    expect(parseRange('fifo,3')).toMatchObject({ kind: null, values: [{ x: null }, { x: null }] });
  });

  it('without steps has ends alone, for a Latin hypercube', () => {
    const range = parseRange('0s..4s');
    expect(range.values).toEqual([]);
    expect(range.at(0.25)).toEqual({ written: '1s', x: 1e9 });
    expect(parseRange('1..100:log').at(0.5)).toEqual({ written: 10, x: 10 });
    expect(parseRange('0..1.0').at(0.25)).toEqual({ written: 0.25, x: 0.25 });
    expect(parseRange('1..4').at(0.99)).toEqual({ written: 4, x: 4 });
  });

  it.each([
    ['', /^an empty range: expected a range such as/],
    ['5..1:1', /^`5\.\.1:1` is an empty range: no step of 1/],
    ['1..5:-1', /is an empty range/],
    ['1s..1s', /is an empty range: both ends/],
    ['2..2/3', /is an empty range: both ends/],
    ['1..5:0', /expected a step .* found `0`/],
    ['1..5:1s', /expected a step .* found `1s`/],
    ['1s..5', /1s and 5 are not of one kind/],
    ['1s..x', /expected a number, a duration, .* found `x`/],
    ['1s..9s/1', /expected at least 2 values/],
    ['1s..9s/4:1s', /give either \/4 or :1s/],
    ['0..10/3:log', /needs ends above 0/],
    ['0..1e9:1', /has 1000000001 values; at most 100000/],
    ['1,,2', /an empty value/],
    ['1,2,1', /a value stands twice/],
  ])('complains of `%s`', (text, message) => {
    expect(() => parseRange(text)).toThrow(SweepError);
    expect(() => parseRange(text)).toThrow(message);
  });

  test.prop([fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 2, max: 20 })])(
    'of n values begins and ends where it says, and rises',
    (from, length, n) => {
      const { values } = parseRange(`${from}ms..${from + length}ms/${n}`);
      expect(values).toHaveLength(n);
      expect([values[0].x, values.at(-1)!.x]).toEqual([from * 1e6, (from + length) * 1e6]);
      for (let i = 1; i < n; i++) expect(values[i].x!).toBeGreaterThan(values[i - 1].x!);
    },
  );
});
