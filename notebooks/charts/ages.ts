import * as Plot from '@observablehq/plot';
import type { CurvePoint, MeasuredPoint, Policy } from '../model/old-information.ts';
import { OLDEST, POLICY_NAMES } from '../model/old-information.ts';
import type { Chart } from './frame.ts';
import { INK, isNarrow, plot, QUIET, ticksUpTo, widthWithin } from './frame.ts';

const COLOURS: Readonly<Record<Policy, string>> = {
  jsq: 'var(--layered)',
  d3: 'var(--fourth)',
  d2: 'var(--yours)',
  jsqL: 'var(--good)',
  random: 'var(--bare)',
};

/** Mean responses over the age of the information: reference values as lines, runs of this page as dots. */
export function agesChart(
  published: readonly CurvePoint[],
  measured: readonly MeasuredPoint[],
  random: number,
  width: number,
): Chart {
  const curves = (['jsq', 'd3', 'd2', 'jsqL'] as const).flatMap((policy) => {
    const points = published.filter((point) => point.policy === policy && point.age <= OLDEST);
    return points.length === 0 ? [] : [{ policy, points }];
  });
  const narrow = isNarrow(width);
  const most =
    1.15 *
    Math.max(
      random,
      ...measured.map(({ high }) => high),
      ...curves.flatMap(({ points }) => points.map(({ response }) => response)),
    );
  return plot({
    label: 'ages',
    caption:
      'Lines: reference values. Dots: run now in this browser, with 95 % intervals over four seeds. Above the dashed line a policy is worse than random. The vertical scale is logarithmic.',
    width: widthWithin(width, 860),
    height: narrow ? 340 : 400,
    marginRight: narrow ? 16 : 190,
    marginTop: narrow ? 90 : 24,
    x: {
      label: 'age of the information, in services',
      type: 'sqrt',
      domain: [0, OLDEST],
      ticks: [0, 0.5, 1, 2, 5, 10, 20],
      tickFormat: String,
    },
    y: {
      label: 'mean response, in services',
      type: 'log',
      grid: true,
      domain: [1, most],
      ticks: ticksUpTo(most, [1, 2, 5, 10, 20, 50, 100]),
      tickFormat: String,
    },
    marks: [
      Plot.ruleY([random], { stroke: 'var(--bare)', strokeDasharray: '4,3', strokeWidth: 1.5 }),
      Plot.text([random], {
        y: (y: number) => y,
        frameAnchor: 'left',
        text: () => 'random',
        dx: 4,
        dy: -8,
        textAnchor: 'start',
        fill: QUIET,
      }),
      ...curves.flatMap(({ policy, points }) => [
        Plot.lineY(points, { x: 'age', y: 'response', stroke: COLOURS[policy], strokeWidth: 2, strokeOpacity: 0.75 }),
        ...(narrow
          ? []
          : [
              Plot.text(points.slice(-1), {
                x: 'age',
                y: 'response',
                text: () => POLICY_NAMES[policy],
                textAnchor: 'start',
                dx: 8,
                fill: COLOURS[policy],
                fontWeight: 600,
              }),
            ]),
      ]),
      ...(narrow
        ? curves.map(({ policy }, i) =>
            Plot.text([POLICY_NAMES[policy]], {
              frameAnchor: 'top-left',
              dy: -72 + 16 * i,
              fill: COLOURS[policy],
              fontWeight: 600,
              textAnchor: 'start',
            }),
          )
        : []),
      Plot.ruleX(measured, { x: 'age', y1: 'low', y2: 'high', stroke: ({ policy }: MeasuredPoint) => COLOURS[policy] }),
      Plot.dot(measured, {
        x: 'age',
        y: 'response',
        fill: ({ policy }: MeasuredPoint) => COLOURS[policy],
        stroke: 'var(--theme-background)',
        r: 4.5,
        tip: true,
        title: ({ policy, age, response, low, high }: MeasuredPoint) =>
          `${POLICY_NAMES[policy]}, ${age} services old: ${response.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
      }),
    ],
  });
}

/** Each policy at one age, beside random. */
export function policiesChart(points: readonly MeasuredPoint[], random: number, width: number): Chart {
  const rows = points.map((point) => ({ ...point, name: POLICY_NAMES[point.policy] }));
  return plot({
    label: 'policies',
    caption:
      'Mean response of each policy at the age that you chose, in services. The dashed line is random, by theory.',
    width: widthWithin(width, 760),
    height: rows.length * 34 + 50,
    marginLeft: 200,
    marginRight: 56,
    x: { label: 'mean response, in services', grid: true, zero: true },
    y: { label: null, domain: rows.map(({ name }) => name), tickSize: 0 },
    marks: [
      Plot.barX(rows, {
        y: 'name',
        x: 'response',
        fill: ({ policy }: MeasuredPoint) => COLOURS[policy],
        insetTop: 6,
        insetBottom: 6,
      }),
      Plot.text(rows, {
        y: 'name',
        x: 'response',
        text: ({ response }: MeasuredPoint) => response.toFixed(1),
        dx: 6,
        textAnchor: 'start',
      }),
      Plot.ruleX([random], { stroke: INK, strokeDasharray: '4,3' }),
    ],
  });
}
