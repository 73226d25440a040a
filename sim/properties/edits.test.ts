import { describe, expect, it } from 'vitest';
import { distance, inline, keyOf, unitOf } from './edits.ts';

describe('edits', () => {
  it('are the same in any order', () => {
    expect(keyOf({ a: { x: 1, y: 2 }, b: 'off' })).toBe(keyOf({ b: 'off', a: { y: 2, x: 1 } }));
    expect(keyOf({ a: 1 })).not.toBe(keyOf({ a: 2 }));
  });

  it('are as far apart as edits that only one has, and less where both have one', () => {
    expect(distance({}, {})).toBe(0);
    expect(distance({ a: '2s' }, {})).toBe(1);
    expect(distance({ a: '2s' }, { a: '2000ms' })).toBe(0);
    const [near, far] = [distance({ a: '2s' }, { a: '2.1s' }), distance({ a: '2s' }, { a: '8s' })];
    expect(near).toBeGreaterThan(0);
    expect(far).toBeGreaterThan(near);
    expect(far).toBeLessThan(1);
    const surge = (factor: number): unknown => ({ at: '10s', surge: { factor } });
    expect(distance({ s: surge(2) }, { s: surge(2.1) })).toBeLessThan(distance({ s: surge(2) }, { s: surge(3) }));
  });

  it('are written on one line', () => {
    expect(inline({ at: '10s', slow: { instances: [0, 1], factor: 8 } })).toBe(
      '{ at: 10s, slow: { instances: [0, 1], factor: 8 } }',
    );
  });

  it.each([
    ['250ms', 'duration', '250ms'],
    ['900/s', 'rate', '900/s'],
    ['50%', 'share', '50%'],
    [8, 'number', 8],
  ])('know the unit of %s', (value, name, again) => {
    const unit = unitOf(value)!;
    expect([unit.name, unit.write(unit.read(value)!)]).toEqual([name, again]);
  });

  it('know that a word is no quantity', () => {
    expect(unitOf('roundRobin')).toBeUndefined();
  });
});
