import * as Plot from '@observablehq/plot';
import type { Estimate } from '../../sim/index.ts';
import type { Queue } from '../model/queue.ts';
import type { Row } from '../model/validation.ts';
import type { Chart } from './frame.ts';
import { INK, isNarrow, plot, QUIET, widthWithin } from './frame.ts';

/** How far each measured value is from the expected one, in half-widths of its interval, by family. */
export function deviationsChart(rows: readonly Row[], width: number): Chart {
  const shown = rows.filter(({ deviation }) => deviation !== null);
  const families = [...new Set(shown.map(({ family }) => family))];
  const narrow = isNarrow(width);
  return plot({
    label: 'deviations',
    caption:
      'One dot a figure: how far what was measured is from what is expected, in half-widths of its 99.9 % interval. Honest intervals leave about one in a thousand beyond 1; a biased simulator would lean to one side.',
    width: widthWithin(width, 860),
    height: families.length * 20 + 60,
    marginLeft: narrow ? 150 : 200,
    x: { label: '(measured - expected) / half-width', domain: [-1.5, 1.5], clamp: true, grid: true },
    y: { label: null, domain: families, tickSize: 0 },
    marks: [
      Plot.ruleX([-1, 1], { stroke: QUIET, strokeDasharray: '4,3' }),
      Plot.ruleX([0], { stroke: INK, strokeOpacity: 0.6 }),
      Plot.dot(shown, {
        x: 'deviation',
        y: 'family',
        r: 3.2,
        fill: ({ verdict }: Row) => (verdict === 'ok' ? 'var(--yours)' : 'var(--layered)'),
        fillOpacity: 0.45,
        tip: true,
        title: (row: Row) => `${row.case}\n${row.figure}\nexpected ${row.expected}, measured ${row.measured}`,
      }),
    ],
  });
}

/** The mean response of an M/M/c queue over its load: the formula, and the run of this moment. */
export function queueChart(
  curve: readonly { readonly load: number; readonly response: number }[],
  { servers, load }: Queue,
  measured: Estimate,
  width: number,
): Chart {
  const here = [{ load: 100 * load, ...measured }];
  return plot({
    label: 'queue',
    caption: `Mean response of ${servers === 1 ? 'one server' : `${servers} servers`} with one queue. Line: Erlang C. Dot: run now, with its 99.9 % interval.`,
    width: widthWithin(width, 760),
    height: 260,
    x: { label: 'load of a server, %', domain: [0, 100] },
    y: {
      label: 'mean response, ms',
      type: 'log',
      grid: true,
      domain: [1, 30],
      clamp: true,
      ticks: [1, 2, 5, 10, 20],
      tickFormat: String,
    },
    marks: [
      Plot.lineY(curve, {
        x: (point: { load: number }) => 100 * point.load,
        y: 'response',
        stroke: 'var(--bare)',
        strokeWidth: 2,
      }),
      Plot.ruleX(here, { x: 'load', y1: 'low', y2: 'high', stroke: 'var(--yours)', strokeWidth: 2 }),
      Plot.dot(here, { x: 'load', y: 'mean', fill: 'var(--yours)', stroke: 'var(--theme-background)', r: 6 }),
    ],
  });
}
