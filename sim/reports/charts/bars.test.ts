import { describe, expect, it } from 'vitest';
import type { Bars } from '../report.ts';
import { barsSvg } from './bars-svg.ts';
import { barsText } from './bars-text.ts';

const BARS: Bars = {
  kind: 'bars',
  title: 'Changes',
  unit: 'points',
  bars: [
    { name: 'better', value: 10, low: 8, high: 12 },
    { name: 'worse & <worse>', value: -4, low: -8, high: 0 },
  ],
};

describe('bars', () => {
  it('start at zero, to the right for more and to the left for less, in text', () => {
    const [title, better, worse] = barsText(BARS, 60);
    expect(title).toBe('Changes (points)');
    expect(better.indexOf('│')).toBeLessThan(better.indexOf('█'));
    expect(worse.lastIndexOf('█')).toBeLessThan(worse.indexOf('│'));
    expect(better).toMatch(/\+10\.00$/);
    for (const line of [better, worse]) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('have their interval, and their names as text, in SVG', () => {
    const image = barsSvg(BARS);
    expect(image.match(/<rect [^>]*fill-opacity="0.5"/g)).toHaveLength(2);
    expect(image).toContain('worse &amp; &lt;worse&gt;');
  });

  it('can be nothing at all', () => {
    expect(barsText({ ...BARS, bars: [] }, 60)).toEqual(['Changes (points)']);
    expect(barsSvg({ ...BARS, bars: [] })).toContain('<svg');
  });
});
