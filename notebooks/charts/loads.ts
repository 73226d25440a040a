import * as Plot from '@observablehq/plot';
import type { LoadPoint, StormOutcome } from '../model/retry-storms.ts';
import type { Chart } from './frame.ts';
import { isNarrow, plot, ticksUpTo, widthWithin } from './frame.ts';

/** Attempts for each call over the share of failures: theory as a line, runs as dots, with a budget and without. */
export function loadsChart(
  curve: readonly { readonly failure: number; readonly attempts: number }[],
  points: readonly LoadPoint[],
  width: number,
): Chart {
  const at = (hasBudget: boolean): LoadPoint[] => points.filter((point) => point.hasBudget === hasBudget);
  const narrow = isNarrow(width);
  const most = 1.2 * Math.max(...curve.map(({ attempts }) => attempts), ...points.map(({ attempts }) => attempts));
  return plot({
    label: 'loads',
    caption:
      'Attempts that reach the backend for each call. Line: the geometric series. Dots: run now. The scale is logarithmic.',
    width: widthWithin(width, 860),
    height: 300,
    marginRight: narrow ? 20 : 110,
    x: { label: 'share of the attempts that fail, %', domain: [0, 100] },
    y: {
      label: 'attempts for each call',
      type: 'log',
      grid: true,
      domain: [1, most],
      ticks: ticksUpTo(most, [1, 2, 4, 8, 16, 32, 64, 128]),
      base: 2,
      tickFormat: String,
    },
    marks: [
      Plot.lineY(curve, {
        x: ({ failure }: { failure: number }) => 100 * failure,
        y: 'attempts',
        stroke: 'var(--layered)',
        strokeWidth: 2,
        strokeOpacity: 0.75,
      }),
      ...([true, false] as const).flatMap((hasBudget) => {
        const fill = hasBudget ? 'var(--good)' : 'var(--layered)';
        return [
          Plot.lineY(at(hasBudget), {
            x: ({ failure }: LoadPoint) => 100 * failure,
            y: 'attempts',
            stroke: hasBudget ? fill : 'transparent',
            strokeDasharray: '2,3',
          }),
          Plot.dot(at(hasBudget), {
            x: ({ failure }: LoadPoint) => 100 * failure,
            y: 'attempts',
            fill,
            stroke: 'var(--theme-background)',
            r: 5,
          }),
          Plot.text(at(hasBudget).slice(-1), {
            x: ({ failure }: LoadPoint) => 100 * failure,
            y: 'attempts',
            text: () => (hasBudget ? 'with budgets' : 'without'),
            textAnchor: narrow ? 'end' : 'start',
            dx: narrow ? -10 : 10,
            dy: narrow ? -10 : 0,
            fill,
            fontWeight: 600,
          }),
        ];
      }),
    ],
  });
}

/** What each design of the storm brings through. */
export function stormChart(outcomes: readonly StormOutcome[], width: number): Chart {
  const rows = outcomes.map((outcome) => ({ ...outcome, share: 100 * outcome.success, wasted: 100 * outcome.wasted }));
  const isBest = (row: { share: number }): boolean => row.share === Math.max(...rows.map(({ share }) => share));
  return plot({
    label: 'storm',
    caption: 'Share of the requests that each design of the shipped storm serves, one seed.',
    width: widthWithin(width, 760),
    height: rows.length * 32 + 48,
    marginLeft: 90,
    marginRight: 60,
    x: { label: 'served, %', domain: [80, 100], grid: true, clamp: true },
    y: { label: null, domain: rows.map(({ name }) => name), tickSize: 0 },
    marks: [
      Plot.ruleY(rows, { y: 'name', x1: 80, x2: 'share', stroke: 'var(--line)', strokeWidth: 1.5 }),
      Plot.dot(rows, {
        y: 'name',
        x: 'share',
        r: 6,
        fill: (row: { share: number }) => (isBest(row) ? 'var(--good)' : 'var(--layered)'),
      }),
      Plot.text(rows, {
        y: 'name',
        x: 'share',
        text: ({ share }: { share: number }) => `${share.toFixed(1)} %`,
        dx: 12,
        textAnchor: 'start',
      }),
    ],
  });
}
