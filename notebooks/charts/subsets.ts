import * as Plot from '@observablehq/plot';
import type { Ablation, Surface } from '../../sim/index.ts';
import type { Chart } from './frame.ts';
import { INK, isNarrow, LINE, plot, widthWithin } from './frame.ts';

const ROW = 20;
const CELL = 58;

/** Every subset of the layers: which ones it has, and how far it is above or below no layer at all. */
export function subsetsChart({ surfaces, layers, whole }: Ablation, width: number): Chart {
  const narrow = isNarrow(width);
  const cell = narrow ? 26 : CELL;
  const bare = whole.none.fidelity!.mean;
  const rows = surfaces.toSorted((a, b) => fidelityOf(b) - fidelityOf(a));
  const keys = rows.map(keyOf);
  const points = rows.map((row) => ({ key: keyOf(row), points: 100 * (fidelityOf(row) - bare) }));
  const memberships = rows.flatMap((row) =>
    layers.map((layer, place) => ({ key: keyOf(row), place, isIn: row.layers.includes(layer) })),
  );
  const marginLeft = cell * layers.length + 16;
  const xOf = (place: number): number => -marginLeft + cell * (place + 0.5);
  return plot({
    label: 'subsets',
    caption:
      'Every combination of the four layers over the same requests, best first. Filled: the layer is there. The bar: percentage points of the servable requests, above or below no layer at all.',
    width: widthWithin(width, 860),
    height: rows.length * ROW + 64,
    marginLeft,
    marginTop: narrow ? 64 : 36,
    marginRight: 44,
    x: { label: 'points against no layer', labelAnchor: 'right', ticks: narrow ? 3 : 8, nice: true },
    y: { axis: null, domain: keys },
    marks: [
      Plot.gridX({ stroke: LINE, strokeOpacity: 1 }),
      ...layers.flatMap((layer, place) => [
        Plot.dot(
          memberships.filter((one) => one.place === place),
          {
            y: 'key',
            frameAnchor: 'left',
            dx: xOf(place),
            r: 5,
            fill: (one: { isIn: boolean }) => (one.isIn ? INK : 'transparent'),
            stroke: (one: { isIn: boolean }) => (one.isIn ? INK : LINE),
          },
        ),
        Plot.text([layer], {
          frameAnchor: 'top-left',
          dx: xOf(place),
          dy: -14,
          rotate: narrow ? -60 : 0,
          textAnchor: narrow ? 'start' : 'middle',
        }),
      ]),
      Plot.barX(points, {
        y: 'key',
        x: 'points',
        fill: ({ points: value }: { points: number }) => (value < 0 ? 'var(--layered)' : 'var(--good)'),
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.text(points, {
        y: 'key',
        x: (one: { points: number }) => Math.max(0, one.points),
        text: ({ points: value }: { points: number }) =>
          `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`,
        textAnchor: 'start',
        dx: 5,
      }),
      Plot.ruleX([0], { stroke: INK }),
    ],
  });
}

function fidelityOf({ figures }: Surface): number {
  return figures.fidelity!.mean;
}

function keyOf({ layers }: Surface): string {
  return layers.join(' + ');
}
