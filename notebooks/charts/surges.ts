import * as Plot from '@observablehq/plot';
import type { Phase } from '../../sim/index.ts';
import { PHASES } from '../../sim/index.ts';
import type { PhasePoint } from '../model/metastable.ts';
import { CAPACITY, FACTORS, LOADS, SURGE } from '../model/metastable.ts';
import type { Second } from '../model/runs.ts';
import type { Chart } from './frame.ts';
import { isNarrow, plot, QUIET, widthWithin } from './frame.ts';

const SERIES = [
  { key: 'dispatches', name: 'attempts', stroke: 'var(--layered)', dash: '6,3' },
  { key: 'offered', name: 'offered', stroke: 'var(--bare)', dash: '2,3' },
  { key: 'served', name: 'served', stroke: 'var(--yours)', dash: 'none' },
] as const;

/** What was asked, what reached the store and what was served, second by second. */
export function surgeChart(seconds: readonly Second[], width: number): Chart {
  return plot({
    label: 'surge',
    caption:
      'Requests offered, attempts that reached the store, and requests served, each second. The wash is the surge.',
    width: widthWithin(width, 860),
    height: 280,
    marginRight: 80,
    x: { label: 'seconds into the run' },
    y: { label: 'each second', grid: true, zero: true },
    marks: [
      Plot.rectX([SURGE], { x1: 'from', x2: 'until', fill: 'var(--wash)' }),
      Plot.ruleY([CAPACITY], { stroke: QUIET, strokeOpacity: 0.5 }),
      Plot.text([CAPACITY], {
        y: (y: number) => y,
        frameAnchor: 'left',
        text: () => 'capacity',
        dx: 6,
        dy: -8,
        textAnchor: 'start',
        fill: QUIET,
      }),
      ...SERIES.map(({ key, stroke, dash }) =>
        Plot.lineY(seconds, {
          x: 'second',
          y: key,
          stroke,
          strokeWidth: key === 'served' ? 2.5 : 1.75,
          strokeDasharray: dash,
        }),
      ),
      ...SERIES.map(({ name, stroke }, i) =>
        Plot.text([name], {
          frameAnchor: 'top-right',
          textAnchor: 'start',
          dx: 10,
          dy: 10 + 16 * i,
          fill: stroke,
          fontWeight: 600,
        }),
      ),
    ],
  });
}

const COLOURS: Readonly<Record<Phase, string>> = {
  stable: 'var(--stable)',
  vulnerable: 'var(--vulnerable)',
  metastable: 'var(--metastable)',
  overloaded: 'var(--overloaded)',
};

/** The phases over load and surge; the number is the time of recovery. */
export function phasesChart(points: readonly PhasePoint[], width: number): Chart {
  const narrow = isNarrow(width);
  return plot({
    label: 'phases',
    caption:
      'The phase at each load and surge. The number: seconds from the end of the surge until goodput is what it would be without it.',
    width: widthWithin(width, 760),
    height: 300,
    marginLeft: 48,
    x: {
      label: 'load without the surge, % of the capacity',
      domain: LOADS,
      tickFormat: (load: number) => `${(100 * load) / CAPACITY}`,
      type: 'band',
      padding: 0.04,
    },
    y: { label: 'surge factor', domain: FACTORS.toReversed(), type: 'band', tickSize: 0, padding: 0.04 },
    color: { legend: true, domain: [...PHASES], range: PHASES.map((phase) => COLOURS[phase]) },
    marks: [
      Plot.cell(points, { x: 'load', y: 'factor', fill: 'phase', rx: 3 }),
      Plot.text(
        points.filter(({ phase, recoveryMs }) => recoveryMs !== null && phase !== 'overloaded'),
        {
          x: 'load',
          y: 'factor',
          text: ({ recoveryMs }: PhasePoint) => `${Math.round(recoveryMs! / 1000)}${narrow ? '' : ' s'}`,
          fill: ({ phase }: PhasePoint) => (phase === 'vulnerable' ? 'var(--on-vulnerable)' : 'var(--on-phase)'),
          fontWeight: 600,
        },
      ),
    ],
  });
}
