import type { Estimate } from '../measure/statistics.ts';

/** A figure of one run, or over several. */
export type Figure = number | Estimate;

export function meanOf(figure: Figure): number {
  return typeof figure === 'number' ? figure : figure.mean;
}

/** Half the width of its interval; 0 of one run. */
export function marginOf(figure: Figure): number {
  return typeof figure === 'number' ? 0 : (figure.high - figure.low) / 2;
}

/** What stands for a figure that there is not. */
export const NONE = '-';

/** A number with this many decimals, thousands apart: 1,234.5. */
export function decimal(value: number, digits: number): string {
  if (!Number.isFinite(value)) return NONE;
  const text = Math.abs(value).toFixed(digits);
  const [whole, fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  // No "-0.0".
  const sign = value < 0 && Number(text) !== 0 ? '-' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A count, or a mean of counts: whole, but for small means. */
export function count(figure: Figure): string {
  const value = meanOf(figure);
  return decimal(value, Number.isInteger(value) || Math.abs(value) >= 10 ? 0 : 1);
}

/** A number to a few significant digits, without an exponent where it can be. */
export function significant(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return NONE;
  if (Number.isInteger(value)) return decimal(value, 0);
  const size = Math.floor(Math.log10(Math.abs(value)));
  return decimal(value, Math.min(8, Math.max(0, digits - 1 - size)));
}

/** Shares as percentages, all with as many decimals as it takes to tell the extremes from 0 and 100. */
export function percentages(shares: readonly number[]): string[] {
  const digits = percentDigits(shares);
  return shares.map((share) => decimal(share * 100, digits));
}

const FEWEST_DIGITS = 2;
const MOST_DIGITS = 4;

function percentDigits(shares: readonly number[]): number {
  for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits++) {
    const scale = 10 ** digits;
    const blurred = (share: number): boolean => {
      const rounded = Math.round(share * 100 * scale) / scale;
      return (rounded === 100 && share < 1) || (rounded === 0 && share > 0);
    };
    if (!shares.some(blurred)) return digits;
  }
  return MOST_DIGITS;
}

/** One share as a percentage, with its sign: `98.23 %`. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${percentages([share])[0]} %` : NONE;
}

/** Milliseconds, to a tenth. */
export function milliseconds(value: number): string {
  return decimal(value, 1);
}

/** Between a number and its unit: no line breaks there. */
export const FIRM_SPACE = '\u00a0';

/** A length of simulated time, nanoseconds, to three digits and in the unit that suits it: `8.83 ms`, `2.16 s`. */
export function span(nanoseconds: number): string {
  if (nanoseconds === Infinity) return 'never';
  if (!Number.isFinite(nanoseconds)) return NONE;
  const [value, unit] = inUnit(nanoseconds);
  return `${value}${FIRM_SPACE}${unit}`;
}

function inUnit(nanoseconds: number): [string, string] {
  const size = Math.abs(nanoseconds);
  if (size >= 100e9) return [decimal(nanoseconds / 1e9, 0), 's'];
  if (size >= 1e9) return [threeDigits(nanoseconds / 1e9), 's'];
  if (size >= 1e6 || size === 0) return [threeDigits(nanoseconds / 1e6), 'ms'];
  return [threeDigits(nanoseconds / 1e3), 'us'];
}

function threeDigits(value: number): string {
  return value === 0 ? '0' : value.toPrecision(3);
}

/** A change in points of percentage: `-0.96`. */
export function points(change: Estimate): string {
  return `${change.mean > 0 ? '+' : ''}${decimal(change.mean * 100, pointDigits(change))}`;
}

/** The same with the margin of its 95 % interval: `-0.96 ±0.12`. */
export function pointsWithMargin(change: Estimate): string {
  return `${points(change)} ±${decimal(marginOf(change) * 100, pointDigits(change))}`;
}

function pointDigits(change: Estimate): number {
  return Math.abs(change.mean) >= 10 ? 1 : 2;
}

/** "one seed", "20 seeds". */
export function plural(n: number, thing: string): string {
  return n === 1 ? `1 ${thing}` : `${decimal(n, 0)} ${thing}s`;
}
