import { parseDuration } from '../units/duration.ts';
import { parseShare } from '../units/share.ts';

/** What must hold of a design: a figure, a comparison, a value. */
export interface Expectation {
  readonly design: string;
  readonly against: string;
  /** As it is written. */
  readonly that: string;
  /** Path into the JSON of a run. */
  readonly path: readonly string[];
  readonly operator: Operator;
  readonly value: number;
  /** A count is compared as a share of the offered requests. */
  readonly ofOffered: boolean;
  /** Every seed is judged by itself. */
  readonly eachSeed: boolean;
}

export type Operator = '>=' | '<=' | '>' | '<' | '==' | '!=';

const FORM = /^\s*([A-Za-z_][\w.\-[\]]*)\s*(>=|<=|==|!=|>|<)\s*(.+?)\s*$/;

/** Figures that are already shares of one: `%` of these is not a share of the offered. */
const SHARES = /(^|\.)(success|fidelity|utilization|wastedWork|intended|loss)$/;

/** Reads `killed.total >= 1%`; a string says what is wrong. */
export function parseExpectation(
  that: string,
): Pick<Expectation, 'path' | 'operator' | 'value' | 'ofOffered'> | string {
  const match = FORM.exec(that);
  if (match === null) return 'expected a figure, a comparison and a value, such as `success >= 99.5%`';
  const [, figure, operator, written] = match;
  const path = figure.split('.');
  const value = readValue(written, figure);
  if (value === undefined)
    return `expected a number, a share such as 1%, or a duration such as 250ms, not \`${written}\``;
  return { path, operator: operator as Operator, value, ofOffered: written.endsWith('%') && !SHARES.test(figure) };
}

function readValue(written: string, figure: string): number | undefined {
  if (/^-?\d+(\.\d+)?([eE]-?\d+)?$/.test(written)) return Number(written);
  if (written.endsWith('%')) return parseShare(written);
  const duration = parseDuration(written);
  // Figures in JSON that are durations are in milliseconds, and say so in their name.
  return duration === undefined || !/Ms(\.|$)/.test(figure) ? undefined : duration / 1e6;
}

/** Whether a value meets an expectation. */
export function meets(actual: number, operator: Operator, value: number): boolean {
  switch (operator) {
    case '>=':
      return actual >= value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '<':
      return actual < value;
    case '==':
      return actual === value;
    case '!=':
      return actual !== value;
  }
}
