import { describe, expect, it } from 'vitest';
import { CROWD_ABOVE, littleEndian, stampParticles } from './draw-particles.ts';
import type { Pixels } from './draw-particles.ts';
import { Particles } from './particles.ts';

const COLOURS = [11, 12, 13, 14, 15];
const [SERVED, , REJECTED, TIMED_OUT, FAILED] = [0, 1, 2, 3, 4];

function picture(width = 20, height = 20): Pixels {
  return { width, height, values: new Uint32Array(width * height) };
}

function stamped(style: number, scale = 1): Pixels {
  const pixels = picture(20 * scale, 20 * scale);
  const particles = new Particles();
  particles.add(10, 10, style);
  stampParticles(pixels, particles, COLOURS, scale);
  return pixels;
}

/** Columns and rows that have a pixel set. */
function extent({ width, values }: Pixels): { columns: number; rows: number; set: number } {
  const set = [...values.keys()].filter((at) => values[at] !== 0);
  return {
    columns: new Set(set.map((at) => at % width)).size,
    rows: new Set(set.map((at) => Math.floor(at / width))).size,
    set: set.length,
  };
}

describe('particles set pixel by pixel', () => {
  it('keep their shapes: a square, a cross, a standing bar, a lying bar', () => {
    expect(extent(stamped(SERVED))).toEqual({ columns: 3, rows: 3, set: 9 });
    expect(extent(stamped(REJECTED))).toEqual({ columns: 7, rows: 7, set: 24 });
    expect(extent(stamped(TIMED_OUT))).toEqual({ columns: 2, rows: 8, set: 16 });
    expect(extent(stamped(FAILED))).toEqual({ columns: 8, rows: 2, set: 16 });
  });

  it('have the colours of their styles', () => {
    for (const style of [SERVED, REJECTED, TIMED_OUT, FAILED]) {
      expect(new Set(stamped(style).values)).toEqual(new Set([0, COLOURS[style]]));
    }
  });

  it('are twice as large on a screen of twice the density', () => {
    expect(extent(stamped(SERVED, 2))).toEqual({ columns: 6, rows: 6, set: 36 });
  });

  it('are left out where they would not be wholly within the picture', () => {
    const pixels = picture();
    const particles = new Particles();
    for (const [x, y] of [
      [0, 10],
      [10, 0],
      [20, 10],
      [10, 20],
      [-50, -50],
      [1e6, 10],
    ]) {
      particles.add(x, y, SERVED);
    }
    stampParticles(pixels, particles, COLOURS, 1);
    expect(extent(pixels).set).toBe(0);
  });

  it('become smaller in a crowd if they were served, and stay as they are if they were not', () => {
    const pixels = picture(60, 60);
    const particles = new Particles();
    for (let i = 0; i <= CROWD_ABOVE; i++) particles.add(10, 10, SERVED);
    particles.add(40, 40, REJECTED);
    stampParticles(pixels, particles, COLOURS, 1);
    expect(pixels.values.filter((value) => value === COLOURS[SERVED])).toHaveLength(4);
    expect(pixels.values.filter((value) => value === COLOURS[REJECTED])).toHaveLength(24);
  });
});

it('a colour as a pixel has its bytes in the order of images', () => {
  const bytes = new Uint8Array(new Uint32Array([littleEndian('#0072b2')]).buffer);
  expect([...bytes]).toEqual([0x00, 0x72, 0xb2, 0xff]);
});
