import { parseDuration } from '../units/duration.ts';
import { parseShare } from '../units/share.ts';
import { shorten } from './places.ts';

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

const OPERATORS: readonly Operator[] = ['>=', '<=', '>', '<', '==', '!='];

const FIGURE = /^[A-Za-z_][\w.\-[\]]*/;
/** What may be meant as a comparison: signs, or a word. */
const COMPARISON = /^(?:[^\s\w%.+-]+|[A-Za-z]+)/;

/** Figures that are already shares of one: `%` of these is not a share of the offered. */
const SHARES = /(^|\.)(success|fidelity|utilization|wastedWork|intended|loss)$/;

/** Reads `killed.total >= 1%`; a string says what is wrong. */
export function parseExpectation(
  that: string,
): Pick<Expectation, 'path' | 'operator' | 'value' | 'ofOffered'> | string {
  const text = that.trim();
  const figure = FIGURE.exec(text)?.[0];
  if (figure === undefined) return 'expected a figure, a comparison and a value, such as `success >= 99.5%`';
  const rest = text.slice(figure.length).trim();
  const sign = COMPARISON.exec(rest)?.[0];
  if (sign === undefined) return `expected a comparison after \`${shorten(figure)}\`: one of ${OPERATORS.join(' ')}`;
  const operator = OPERATORS.find((known) => known === sign);
  if (operator === undefined) return `unknown comparison \`${shorten(sign)}\`: expected one of ${OPERATORS.join(' ')}`;
  const written = rest.slice(sign.length).trim();
  if (written === '') return `expected a value after \`${operator}\`, such as 99.5%, 250ms or 12`;
  const value = readValue(written, figure);
  if (value === undefined) {
    const units = MILLISECONDS.test(figure)
      ? 'a number, a share such as 1%, or a duration such as 250ms'
      : 'a number, or a share such as 1%';
    return `expected ${units}, not \`${shorten(written)}\``;
  }
  return { path: figure.split('.'), operator, value, ofOffered: written.endsWith('%') && !SHARES.test(figure) };
}

/** Figures in JSON that are durations are in milliseconds, and say so in their name. */
const MILLISECONDS = /Ms(\.|$)/;

function readValue(written: string, figure: string): number | undefined {
  if (/^-?\d+(\.\d+)?([eE]-?\d+)?$/.test(written)) return Number(written);
  if (written.endsWith('%')) return parseShare(written);
  const duration = parseDuration(written);
  return duration === undefined || !MILLISECONDS.test(figure) ? undefined : duration / 1e6;
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
