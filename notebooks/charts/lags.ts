import * as Plot from '@observablehq/plot';
import type { LagPoint } from '../model/paradox.ts';
import type { Chart } from './frame.ts';
import { plot, widthWithin } from './frame.ts';

/** The share served by the whole stack when its pictures are so late, told who refused or not. */
export function lagsChart(points: readonly LagPoint[], bareSuccess: number, width: number): Chart {
  const shown = points.map(({ lag, propagateCause, success }) => ({ lag, propagateCause, share: 100 * success }));
  const colourOf = (isTold: boolean): string => (isTold ? 'var(--good)' : 'var(--layered)');
  return plot({
    label: 'lags',
    caption:
      'All four layers, at the same lag of balancer and breaker. Above: the breaker says that the refusal is its own. Below: it does not.',
    width: widthWithin(width, 860),
    height: 240,
    marginRight: 100,
    x: { label: 'lag of both pictures, s' },
    y: { label: 'served, %', grid: true, domain: [94, 100] },
    marks: [
      Plot.ruleY([100 * bareSuccess], { stroke: 'var(--bare)', strokeDasharray: '2,3' }),
      Plot.text(['no layer at all'], {
        y: () => 100 * bareSuccess,
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 8,
        fill: 'var(--bare)',
      }),
      ...[true, false].flatMap((isTold) => {
        const curve = shown.filter(({ propagateCause }) => propagateCause === isTold);
        const stroke = colourOf(isTold);
        return [
          Plot.lineY(curve, { x: 'lag', y: 'share', stroke, strokeWidth: 2 }),
          Plot.dot(curve, { x: 'lag', y: 'share', fill: stroke, r: 3.5 }),
          Plot.text(curve.slice(-1), {
            x: 'lag',
            y: 'share',
            text: () => (isTold ? 'cause told' : 'cause hidden'),
            textAnchor: 'start',
            dx: 8,
            fill: stroke,
            fontWeight: 600,
          }),
        ];
      }),
    ],
  });
}
