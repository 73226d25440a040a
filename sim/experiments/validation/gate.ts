import { estimate } from '../../measure/statistics.ts';
import type { Estimate } from '../../measure/statistics.ts';

/** The confidence of every interval. */
export const CONFIDENCE = 0.999;

/** How far the standard error of a published value reaches at that confidence. */
const NORMAL_QUANTILE = 3.2905;

/** When a measured figure agrees with what is expected of it. */
export type Gate =
  /**
   * The expected value lies inside the interval, whose half-width is at most `cap` of it (or `cap` itself, where 0 is
   * expected). `error` is the standard error of a published value that was itself measured: it widens the interval.
   */
  | { readonly kind: 'inside'; readonly expected: number; readonly cap: number; readonly error?: number }
  /** The interval meets [low, high], where a limit is known to be left on one side by so much; `cap` as above. */
  | { readonly kind: 'meets'; readonly low: number; readonly high: number; readonly cap: number }
  /** The whole interval lies within [low, high]: a published value with its published tolerance. */
  | { readonly kind: 'within'; readonly low: number; readonly high: number }
  /** The whole interval lies above, or below, a value: an ordering. */
  | { readonly kind: 'above'; readonly bound: number }
  | { readonly kind: 'below'; readonly bound: number }
  /** Every replication has this value: what chance must not decide. */
  | { readonly kind: 'each'; readonly expected: number };

/** `vague`: it would agree, but the interval is too wide to tell. */
export type Verdict = 'ok' | 'off' | 'vague';

export interface Judgement {
  readonly measured: Estimate;
  readonly verdict: Verdict;
}

/** Judges a figure by its value in each replication. */
export function judge(gate: Gate, values: readonly number[]): Judgement {
  const measured = estimate(values, CONFIDENCE);
  return { measured, verdict: verdictOf(gate, measured, values) };
}

function verdictOf(gate: Gate, measured: Estimate, values: readonly number[]): Verdict {
  const { mean, low, high } = measured;
  if (!Number.isFinite(mean)) return 'off';
  switch (gate.kind) {
    case 'inside': {
      const half = Math.sqrt(square((high - low) / 2) + square(NORMAL_QUANTILE * (gate.error ?? 0)));
      if (half > capOf(gate.cap, gate.expected)) return 'vague';
      return Math.abs(mean - gate.expected) <= half + rounding(gate.expected) ? 'ok' : 'off';
    }
    case 'meets':
      if ((high - low) / 2 > capOf(gate.cap, gate.low)) return 'vague';
      return low <= gate.high && high >= gate.low ? 'ok' : 'off';
    case 'within':
      return low >= gate.low && high <= gate.high ? 'ok' : 'off';
    case 'above':
      return low > gate.bound ? 'ok' : 'off';
    case 'below':
      return high < gate.bound ? 'ok' : 'off';
    case 'each':
      return values.every((value) => value === gate.expected) ? 'ok' : 'off';
  }
}

function capOf(cap: number, expected: number): number {
  return expected === 0 ? cap : cap * Math.abs(expected);
}

/** Where nothing is left to chance the interval is a point; the arithmetic of a mean may still round it. */
function rounding(expected: number): number {
  return Math.abs(expected) * 1e-12;
}

function square(x: number): number {
  return x * x;
}
