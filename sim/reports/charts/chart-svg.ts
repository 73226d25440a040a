import type { Chart } from '../report.ts';
import { axisTitle, linearScale, logarithmicScale, tickTexts, tightScale } from './scale.ts';
import { COLOURS, DASHES, line, px, svg, text } from './svg.ts';

const WIDTH = 760;
const HEIGHT = 360;
const MARGIN = { left: 70, right: 20, top: 36, bottom: 72 };

/** A chart as SVG: a line with its interval as a band for each series, a bar for each interval that is marked. */
export function chartSvg(chart: Chart): string {
  const points = chart.series.flatMap((series) => series.points);
  if (points.length === 0) return svg(WIDTH, 60, chart.title, [text(10, 34, `${chart.title}: nothing to show`)]);
  const y = linearScale(points.flatMap(({ low, high }) => [low, high]));
  const xs = points.map((point) => point.x);
  const x = chart.x.logarithmic === true ? logarithmicScale(xs) : tightScale(xs);
  const inner = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const left = (value: number): number => MARGIN.left + Math.max(0, Math.min(1, x.at(value))) * inner.width;
  const top = (value: number): number => MARGIN.top + (1 - y.at(value)) * inner.height;
  const bottom = HEIGHT - MARGIN.bottom;

  const yTexts = tickTexts(y.ticks);
  const xTexts = tickTexts(x.ticks);
  const axes = [
    ...y.ticks.map((tick) => line(MARGIN.left, top(tick), WIDTH - MARGIN.right, top(tick), 'stroke="#ddd"')),
    ...y.ticks.map((tick, i) => text(MARGIN.left - 8, top(tick) + 4, yTexts[i], 'text-anchor="end"')),
    ...x.ticks.map((tick, i) => text(left(tick), bottom + 18, xTexts[i], 'text-anchor="middle"')),
    line(MARGIN.left, bottom, WIDTH - MARGIN.right, bottom, 'stroke="#222"'),
    text(MARGIN.left + inner.width / 2, bottom + 36, axisTitle(chart.x), 'text-anchor="middle"'),
    text(14, MARGIN.top - 8, axisTitle(chart.y)),
    text(WIDTH / 2, 18, chart.title, 'text-anchor="middle" font-weight="bold"'),
  ];
  const marks = chart.marks.flatMap(({ at, low, high }) => [
    `<rect x="${px(left(low))}" y="${MARGIN.top}" width="${px(left(high) - left(low))}" height="${px(inner.height)}" fill="#000" fill-opacity="0.07"/>`,
    line(left(at), MARGIN.top, left(at), bottom, 'stroke="#222" stroke-dasharray="3 3"'),
  ]);
  const curves = chart.series.flatMap((series, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const path = series.points.map((point) => `${px(left(point.x))},${px(top(point.y))}`);
    const upper = series.points.map((point) => `${px(left(point.x))},${px(top(point.high))}`);
    const lower = series.points.map((point) => `${px(left(point.x))},${px(top(point.low))}`);
    const style = `fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${DASHES[i % DASHES.length]}"`;
    return [
      `<polygon points="${[...upper, ...lower.toReversed()].join(' ')}" fill="${colour}" fill-opacity="0.18"/>`,
      `<polyline points="${path.join(' ')}" ${style}/>`,
      ...series.points.map(
        (point) => `<circle cx="${px(left(point.x))}" cy="${px(top(point.y))}" r="3" fill="${colour}"/>`,
      ),
    ];
  });
  return svg(WIDTH, HEIGHT, chart.title, [...marks, ...axes, ...curves, ...legend(chart)]);
}

function legend({ series }: Chart): string[] {
  let left = MARGIN.left;
  return series.flatMap(({ name }, i) => {
    const at = left;
    left += 44 + name.length * 7;
    const style = `stroke="${COLOURS[i % COLOURS.length]}" stroke-width="2" stroke-dasharray="${DASHES[i % DASHES.length]}"`;
    return [line(at, HEIGHT - 14, at + 24, HEIGHT - 14, style), text(at + 30, HEIGHT - 10, name)];
  });
}
