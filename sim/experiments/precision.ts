import { estimate } from '../measure/statistics.ts';
import type { SeedResult } from './seed-job.ts';

/** How sure a comparison is to be, and what came of it. */
export interface Precision {
  /** The width that every 95 % interval may have, from end to end: a share of one. */
  readonly asked: number;
  /** The width of the widest. */
  readonly reached: number;
  readonly seeds: number;
  /** Most seeds that were allowed. */
  readonly limit: number;
}

/** Fewer seeds than this say nothing of how much seeds differ. */
export const FEWEST_SEEDS = 5;

/** Reads `0.2pp`, points of percentage; a share of one. Undefined if it is none. */
export function parsePoints(text: string): number | undefined {
  const form = /^(\d+(?:\.\d+)?)\s*pp$/.exec(text.trim());
  const points = form === null ? 0 : Number(form[1]);
  return points > 0 && points <= 100 ? points / 100 : undefined;
}

/**
 * The width, from end to end, of the widest 95 % interval of what a comparison compares: the differences of fidelity (without
 * references: of success) to the first design; of a single design, the figure itself. Infinity of one seed.
 */
export function widestInterval(results: readonly SeedResult[]): number {
  if (results.length < 2) return Infinity;
  const values = results.map(({ designs }) =>
    designs.map(({ figures, fidelity }) => fidelity?.fidelity ?? figures.success),
  );
  const [{ length }] = values;
  const width = (d: number): number => {
    const { low, high } = estimate(values.map((row) => (length === 1 ? row[0] : row[d] - row[0])));
    return high - low;
  };
  const first = length === 1 ? 0 : 1;
  return Math.max(...values[0].slice(first).map((_, i) => width(first + i)));
}

/** Whether there are seeds enough. A rule that looks after every seed stops a little too early: `least` of them first. */
export function isPrecise(results: readonly SeedResult[], asked: number, least = FEWEST_SEEDS): boolean {
  return results.length >= least && widestInterval(results) <= asked;
}
