import { describe, expect, it } from 'vitest';
import { log } from '../kernel/math.ts';
import { Stream, uniform } from '../kernel/random.ts';
import { humpsOf } from './humps.ts';

const stream = new Stream('1', 'humps');
const around = (middle: number) => middle + uniform(stream) * 0.01;
const sample = (n: number, draw: (i: number) => number) => Array.from({ length: n }, (_, i) => draw(i));

describe('two humps', () => {
  it('are found where half of the worlds collapse', () => {
    const humps = humpsOf(sample(20, (i) => around(i % 2 === 0 ? 0.6 : 0.98)))!;
    expect(humps).toMatchObject({ by: 'dip', groups: [{ seeds: 10 }, { seeds: 10 }] });
    expect(humps.p).toBeLessThan(0.01);
    expect(humps.groups[0].mean).toBeCloseTo(0.605, 2);
    expect(humps.groups[1].mean).toBeCloseTo(0.985, 2);
  });

  it('are found where two worlds of twenty collapse, by the gap between them', () => {
    expect(humpsOf(sample(20, (i) => around(i < 2 ? 0.6 : 0.98)))).toMatchObject({
      by: 'gap',
      groups: [{ seeds: 2 }, { seeds: 18 }],
    });
  });

  it('are not seen in one world that is unlike the others, in few seeds, or where they do not matter', () => {
    expect(humpsOf(sample(20, (i) => around(i === 0 ? 0.6 : 0.98)))).toBeNull();
    expect(humpsOf([0.6, 0.6, 0.6, 0.98, 0.98, 0.98, 0.98])).toBeNull();
    expect(
      humpsOf(
        sample(20, (i) => (i % 2 === 0 ? 0.99991 : 0.99995)),
        0.001,
      ),
    ).toBeNull();
    expect(humpsOf(sample(20, () => NaN))).toBeNull();
    expect(humpsOf(sample(20, () => 1))).toBeNull();
  });

  it.each([
    ['evenly spread', () => uniform(stream)],
    ['bell-shaped', () => sample(12, () => uniform(stream)).reduce((a, b) => a + b, 0)],
    ['long-tailed', () => -log(1 - uniform(stream))],
  ])('are seldom taken for such in %s worlds', (_shape, draw) => {
    let found = 0;
    for (let i = 0; i < 400; i++) if (humpsOf(sample(20, draw)) !== null) found++;
    expect(found / 400).toBeLessThan(0.08);
  });
});
