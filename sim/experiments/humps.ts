import { dip, dipSignificance } from '../measure/dip.ts';

/** A figure over the seeds that has two humps, so that its mean says little: some worlds go one way, some the other. */
export interface Humps {
  /** How it was found: by the dip test, or by a gap that no distribution with one hump would leave. */
  readonly by: 'dip' | 'gap';
  /** Of the dip test: how likely a figure with one hump has such a dip. */
  readonly p: number;
  /** The lower hump, and the upper. */
  readonly groups: readonly [Hump, Hump];
}

export interface Hump {
  readonly seeds: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Fewer seeds than this show nothing. */
const FEWEST = 8;
const LEVEL = 0.05;
/** The dip test is blind to a hump of a few seeds; a gap this many times as wide as either group is not. */
const EMPTY = 3;

/**
 * Looks for two humps: Hartigan's dip test at the 5 % level, or (both groups of two seeds or more) an empty gap between
 * them three times as wide as the wider of them. Humps whose means are less than `apart` from each other do not matter.
 */
export function humpsOf(values: readonly number[], apart = 0): Humps | null {
  const n = values.length;
  if (n < FEWEST || values.some((value) => value !== value)) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const p = dipSignificance(dip(sorted), n);
  const groups = split(sorted);
  const [lower, upper] = groups;
  if (upper.mean - lower.mean < apart) return null;
  if (p < LEVEL) return { by: 'dip', p, groups };
  const widest = Math.max(lower.high - lower.low, upper.high - upper.low);
  const isApart = Math.min(lower.seeds, upper.seeds) >= 2 && upper.low - lower.high > EMPTY * widest;
  return isApart ? { by: 'gap', p, groups } : null;
}

/** The two groups within which values differ least (squares from their means). */
function split(sorted: readonly number[]): [Hump, Hump] {
  let best: [Hump, Hump] | undefined;
  let least = Infinity;
  for (let k = 1; k < sorted.length; k++) {
    const groups: [Hump, Hump] = [hump(sorted.slice(0, k)), hump(sorted.slice(k))];
    const within = squares(sorted.slice(0, k), groups[0].mean) + squares(sorted.slice(k), groups[1].mean);
    if (within < least) {
      least = within;
      best = groups;
    }
  }
  return best!;
}

function hump(sorted: readonly number[]): Hump {
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { seeds: sorted.length, mean, low: sorted[0], high: sorted.at(-1)! };
}

function squares(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
}
