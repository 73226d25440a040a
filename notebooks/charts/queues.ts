import * as Plot from '@observablehq/plot';
import type { QueueLengths } from '../lab/orders.ts';
import type { Chart } from './frame.ts';
import { plot, widthWithin } from './frame.ts';

/** The queue of each server over time, the darker the longer. */
export function queuesChart({ from, every, instances }: QueueLengths, most: number, width: number): Chart {
  const cells = instances.flatMap((queue, server) =>
    queue.map((length, look) => ({ server, at: (look * every) / 1e9, until: ((look + 1) * every) / 1e9, length })),
  );
  return plot({
    label: 'queues',
    caption: `Requests at each of the ten servers, waiting and in service, over half a minute that begins ${(from / 1e9).toFixed(0)} s into the run.`,
    width: widthWithin(width, 860),
    height: instances.length * 18 + 56,
    marginLeft: 40,
    x: { label: 'seconds' },
    y: { label: 'server', domain: instances.map((_, i) => i), tickSize: 0, type: 'band' },
    color: { type: 'linear', domain: [0, most], range: ['var(--heat-0)', 'var(--heat-1)'] },
    marks: [
      Plot.rectX(cells, {
        x1: 'at',
        x2: 'until',
        y: 'server',
        fill: 'var(--heat-1)',
        fillOpacity: ({ length }: { length: number }) => 0.05 + 0.95 * Math.min(1, length / most),
        insetTop: 1,
        insetBottom: 1,
      }),
    ],
  });
}
