import { count, percent, span } from '../model/format.ts';
import type { Series } from '../model/series.ts';

/** One line of a chart, of one lane. */
export interface Line {
  readonly values: Float32Array;
  readonly thin?: boolean;
}

/** A strip of the timeline. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** The lines of one lane; the first is the one that is read out. */
  lines(series: Series): readonly Line[];
  /** What both lanes share, drawn as a surface behind them. */
  readonly behind?: (series: Series) => Float32Array;
  text(value: number): string;
  /** The top of the axis; else the highest value. */
  readonly top?: number;
  /** Whether the axis begins near the lowest value rather than at 0. */
  readonly zooms?: boolean;
  /** Shown only if this holds. */
  readonly isWanted?: (series: Series) => boolean;
}

const rate = (value: number): string => `${count(Math.round(value))}/s`;

function sum(lists: readonly Float32Array[], bins: number): Float32Array {
  const total = new Float32Array(bins);
  for (const list of lists) for (let i = 0; i < bins; i++) total[i] += list[i];
  return total;
}

/** The oldest picture that any layer decides on. */
function oldest(lists: readonly Float32Array[], bins: number): Float32Array {
  const most = new Float32Array(bins).fill(NaN);
  for (const list of lists) {
    for (let i = 0; i < bins; i++) if (list[i] > 0 && !(most[i] >= list[i])) most[i] = list[i];
  }
  return most;
}

export const CHARTS: readonly Chart[] = [
  {
    id: 'goodput',
    title: 'Goodput',
    about: 'requests served in time, over those offered (grey)',
    lines: ({ goodput }) => [{ values: goodput }],
    behind: ({ offered }) => offered,
    text: rate,
  },
  {
    id: 'fidelity',
    title: 'Fidelity',
    about: 'share of the servable requests that were served',
    lines: ({ fidelity }) => [{ values: fidelity }],
    text: (value) => percent(value),
    top: 1,
    zooms: true,
  },
  {
    id: 'refusals',
    title: 'Refusals',
    about: 'by all layers',
    lines: ({ refusals, bins }) => [{ values: sum(refusals, bins) }],
    text: rate,
  },
  {
    id: 'latency',
    title: 'Latency p99',
    about: 'thin: the median',
    lines: ({ p50, p99 }) => [{ values: p99 }, { values: p50, thin: true }],
    text: span,
  },
  {
    id: 'attempts',
    title: 'Attempts',
    about: 'that reached an instance, for each request',
    lines: ({ attempts }) => [{ values: attempts }],
    text: (value) => value.toFixed(2),
  },
  {
    id: 'staleness',
    title: 'Staleness',
    about: 'mean age of what the worst informed layer decides on',
    lines: ({ staleness, bins }) => [{ values: oldest(staleness, bins) }],
    text: (value) => span(value * 1000),
  },
  {
    id: 'replicas',
    title: 'Replicas',
    about: 'ready; thin: wanted',
    lines: ({ ready, wanted, bins }) => [{ values: sum(ready, bins) }, { values: sum(wanted, bins), thin: true }],
    text: (value) => value.toFixed(0),
    isWanted: ({ ready, wanted }) =>
      [...ready, ...wanted].some((list) => list.some((value) => value !== list[0] && !Number.isNaN(value))),
  },
];
