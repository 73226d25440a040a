import type { Bars } from '../report.ts';
import { linearScale, tickTexts } from './scale.ts';
import { COLOURS, line, px, svg, text } from './svg.ts';

const WIDTH = 760;
const ROW = 26;
const MARGIN = { left: 290, right: 30, top: 36, bottom: 44 };

/** Bars from zero as SVG, each with its interval. */
export function barsSvg({ title, unit, bars }: Bars): string {
  const scale = linearScale([0, ...bars.flatMap(({ low, high }) => [low, high])]);
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const left = (value: number): number => MARGIN.left + Math.max(0, Math.min(1, scale.at(value))) * width;
  const bottom = MARGIN.top + bars.length * ROW;
  const texts = tickTexts(scale.ticks);
  const axes = [
    ...scale.ticks.map((tick) => line(left(tick), MARGIN.top, left(tick), bottom, 'stroke="#ddd"')),
    ...scale.ticks.map((tick, i) => text(left(tick), bottom + 16, texts[i], 'text-anchor="middle"')),
    line(left(0), MARGIN.top, left(0), bottom, 'stroke="#222"'),
    text(MARGIN.left + width / 2, bottom + 34, unit, 'text-anchor="middle"'),
    text(WIDTH / 2, 18, title, 'text-anchor="middle" font-weight="bold"'),
  ];
  const rows = bars.flatMap(({ name, value, low, high }, i) => {
    const middle = MARGIN.top + (i + 0.5) * ROW;
    const [from, to] = [left(Math.min(0, value)), left(Math.max(0, value))];
    const colour = COLOURS[0];
    return [
      text(MARGIN.left - 10, middle + 4, name, 'text-anchor="end"'),
      `<rect x="${px(from)}" y="${px(middle - 8)}" width="${px(to - from)}" height="16" fill="${colour}" fill-opacity="0.5"/>`,
      line(left(low), middle, left(high), middle, 'stroke="#222" stroke-width="2"'),
    ];
  });
  return svg(WIDTH, bottom + MARGIN.bottom, title, [...axes, ...rows]);
}
