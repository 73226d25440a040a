import type { Chart } from '../report.ts';
import { axisTitle, linearScale, logarithmicScale, tickTexts, tightScale } from './scale.ts';
import type { Scale } from './scale.ts';

const HEIGHT = 14;
const WIDEST = 90;
/** One for each series, in order. */
const SYMBOLS = '*o+x#@%&';

/** A chart in letters: a symbol for each point, dots between them, and a ruler under it for what is marked. */
export function chartText(chart: Chart, width: number): string[] {
  const points = chart.series.flatMap((series) => series.points);
  if (points.length === 0) return [chart.title, '(nothing to show)'];
  const y = linearScale(points.map((point) => point.y));
  const labels = tickTexts(y.ticks);
  const margin = Math.max(...labels.map((label) => label.length)) + 2;
  const columns = Math.max(20, Math.min(WIDEST, width - margin - 1));
  const xs = points.map((point) => point.x);
  const x = chart.x.logarithmic === true ? logarithmicScale(xs) : tightScale(xs);
  const grid = new Grid(columns, HEIGHT, x, y);
  chart.series.forEach((series, i) => grid.draw(series.points, SYMBOLS[i % SYMBOLS.length]));
  const rows = grid.rows.map((row, i) => {
    const tick = y.ticks.findIndex((value) => grid.rowOf(value) === i);
    return `${(tick < 0 ? '' : labels[tick]).padStart(margin - 2)} ${tick < 0 ? '│' : '┤'}${row.join('')}`;
  });
  return [
    chart.title,
    axisTitle(chart.y),
    ...rows,
    `${' '.repeat(margin - 1)}└${'─'.repeat(columns)}`,
    ...rulers(chart, grid, margin),
    `${' '.repeat(margin)}${ticksLine(x, grid)}`,
    `${' '.repeat(margin)}${axisTitle(chart.x)}   ${chart.series.map(({ name }, i) => `${SYMBOLS[i % SYMBOLS.length]} ${name}`).join('   ')}`,
  ];
}

/** Intervals of what is marked, each as a line with its place in it. */
function rulers(chart: Chart, grid: Grid, margin: number): string[] {
  return chart.marks.map(({ at, low, high }) => {
    const line = Array.from({ length: grid.columns }, () => ' ');
    for (let column = grid.columnOf(low); column <= grid.columnOf(high); column++) line[column] = '─';
    line[grid.columnOf(low)] = '├';
    line[grid.columnOf(high)] = '┤';
    line[grid.columnOf(at)] = '^';
    return `${' '.repeat(margin)}${line.join('')}`;
  });
}

function ticksLine(x: Scale, grid: Grid): string {
  let line = '';
  tickTexts(x.ticks).forEach((text, i) => {
    const start = Math.min(grid.columns - text.length, Math.max(0, grid.columnOf(x.ticks[i]) - (text.length >> 1)));
    if (line === '' || start > line.length) line = line.padEnd(start) + text;
  });
  return line;
}

class Grid {
  readonly rows: string[][];
  readonly columns: number;
  private readonly x: Scale;
  private readonly y: Scale;

  constructor(columns: number, height: number, x: Scale, y: Scale) {
    this.columns = columns;
    this.x = x;
    this.y = y;
    this.rows = Array.from({ length: height }, () => Array.from({ length: columns }, () => ' '));
  }

  columnOf(x: number): number {
    const share = Math.max(0, Math.min(1, this.x.at(x)));
    return Math.round(share * (this.columns - 1));
  }

  rowOf(y: number): number {
    return Math.round((1 - this.y.at(y)) * (this.rows.length - 1));
  }

  draw(points: readonly { readonly x: number; readonly y: number }[], symbol: string): void {
    for (let i = 1; i < points.length; i++) this.dots(points[i - 1], points[i]);
    for (const { x, y } of points) this.rows[this.rowOf(y)][this.columnOf(x)] = symbol;
  }

  private dots(a: { readonly x: number; readonly y: number }, b: { readonly x: number; readonly y: number }): void {
    const [from, to] = [this.columnOf(a.x), this.columnOf(b.x)];
    for (let column = from + 1; column < to; column++) {
      const share = (column - from) / (to - from);
      const row = this.rows[this.rowOf(a.y + (b.y - a.y) * share)];
      if (row[column] === ' ') row[column] = '·';
    }
  }
}
