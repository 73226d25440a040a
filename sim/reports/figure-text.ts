import { decimal, percentages, significant } from './numbers.ts';

/** Figures that are shares of one. */
const SHARES = /(^|\.)(success|fidelity|wastedWork|utilization|intended|staysDown|calmSuccess)$/;

/** Whether a figure, by its path, is a share that people read as a percentage. */
export function isShare(figure: string): boolean {
  return SHARES.test(figure);
}

/** A figure by its path as people read it: a share as a percentage, without its sign. */
export function figureText(figure: string, value: number): string {
  if (isShare(figure)) return percentages([value])[0];
  return Math.abs(value) >= 1000 ? decimal(value, 0) : significant(value);
}
