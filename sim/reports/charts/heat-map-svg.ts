import type { HeatMap } from '../report.ts';
import { px, svg, text } from './svg.ts';

const CELL = { width: 80, height: 30 };
const MARGIN = { left: 100, right: 20, top: 56, bottom: 52 };

/** A heat map as SVG, y upwards; the value stands in each cell. */
export function heatMapSvg({ title, x, y, cells }: HeatMap): string {
  const width = Math.max(320, MARGIN.left + MARGIN.right + x.values.length * CELL.width);
  const height = MARGIN.top + MARGIN.bottom + y.values.length * CELL.height;
  const left = (column: number): number => MARGIN.left + column * CELL.width;
  const top = (row: number): number => MARGIN.top + (y.values.length - 1 - row) * CELL.height;
  const drawn = cells.flatMap((row, r) =>
    row.flatMap((cell, c) => {
      if (cell === null) return [];
      const dark = cell.shade > 0.55;
      return [
        `<rect x="${px(left(c))}" y="${px(top(r))}" width="${CELL.width}" height="${CELL.height}" fill="${colourOf(cell.shade)}" stroke="#fff"/>`,
        text(
          left(c) + CELL.width / 2,
          top(r) + CELL.height / 2 + 4,
          cell.text,
          `text-anchor="middle" fill="${dark ? '#fff' : '#222'}"`,
        ),
      ];
    }),
  );
  const middle = MARGIN.left + (x.values.length * CELL.width) / 2;
  const foot = MARGIN.top + y.values.length * CELL.height;
  return svg(width, height, title, [
    text(width / 2, 20, title, 'text-anchor="middle" font-weight="bold"'),
    text(14, MARGIN.top - 12, y.label),
    ...y.values.map((value, r) => text(MARGIN.left - 8, top(r) + CELL.height / 2 + 4, value, 'text-anchor="end"')),
    ...x.values.map((value, c) => text(left(c) + CELL.width / 2, foot + 18, value, 'text-anchor="middle"')),
    text(middle, foot + 38, x.label, 'text-anchor="middle"'),
    ...drawn,
  ]);
}

/** From a light to a dark blue. */
function colourOf(shade: number): string {
  const share = Math.max(0, Math.min(1, shade));
  const channel = (light: number, dark: number): number => Math.round(light + (dark - light) * share);
  return `rgb(${channel(239, 8)},${channel(243, 48)},${channel(255, 107)})`;
}
