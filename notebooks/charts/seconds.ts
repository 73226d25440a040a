import * as Plot from '@observablehq/plot';
import type { DesignOutcome } from '../model/runs.ts';
import type { Chart } from './frame.ts';
import { plot, widthWithin } from './frame.ts';

/** A stretch of the run in which something is broken. */
export interface Fault {
  readonly from: number;
  readonly until: number;
  readonly what: string;
}

const COLOURS: Readonly<Record<string, string>> = {
  bare: 'var(--bare)',
  layered: 'var(--layered)',
  yours: 'var(--yours)',
};
const DASHES: Readonly<Record<string, string>> = { bare: '2,3', layered: '6,3', yours: 'none' };

/** The share served of the requests that arrived in each second, a line for each design. */
export function secondsChart(outcomes: readonly DesignOutcome[], fault: Fault, width: number): Chart {
  const points = outcomes.flatMap(({ name, seconds }) =>
    seconds.map(({ second, offered, served }) => ({ name, second, share: (100 * served) / offered })),
  );
  const shown = points.filter(({ second }) => second >= fault.from - 15);
  const last = Math.max(...shown.map(({ second }) => second));
  return plot({
    label: 'seconds',
    caption:
      'Share served of the requests that arrived in each second. The wash is the time in which one instance is slow.',
    width: widthWithin(width, 860),
    height: 260,
    marginRight: 70,
    x: { label: 'seconds into the run', domain: [fault.from - 15, last] },
    y: { label: 'served, %', grid: true, nice: true, domain: [Math.min(60, ...shown.map(({ share }) => share)), 100] },
    marks: [
      Plot.rectX([fault], { x1: 'from', x2: 'until', fill: 'var(--wash)' }),
      Plot.text([fault], { x: 'from', frameAnchor: 'bottom', text: 'what', textAnchor: 'start', dx: 6, dy: -6 }),
      ...outcomes.map(({ name }) =>
        Plot.lineY(
          shown.filter((point) => point.name === name),
          {
            x: 'second',
            y: 'share',
            stroke: COLOURS[name] ?? 'var(--third)',
            strokeWidth: name === 'yours' ? 2.5 : 1.75,
            strokeDasharray: DASHES[name] ?? 'none',
          },
        ),
      ),
      ...outcomes.map(({ name }, i) =>
        Plot.text([name], {
          frameAnchor: 'top-right',
          textAnchor: 'start',
          dx: 10,
          dy: 10 + 16 * i,
          fill: COLOURS[name] ?? 'var(--third)',
          fontWeight: 600,
        }),
      ),
    ],
  });
}
