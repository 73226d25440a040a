import { exp, log } from '../../kernel/math.ts';
import { SweepError } from './sweep-error.ts';
import type { Quantity, QuantityKind, Scalar } from './quantity.ts';
import { parseQuantity, readScalar, writeQuantity } from './quantity.ts';

/** One value of a parameter. */
export interface RangeValue {
  /** As a scenario file would have it. */
  readonly written: Scalar;
  /** In nanoseconds, events a second, a share of one or plain; null of what is no quantity. */
  readonly x: number | null;
}

/** What a parameter runs over. */
export interface Range {
  /** Null of what is no quantity (`fifo,lifo`), or of several kinds. */
  readonly kind: QuantityKind | null;
  /** Its values in their order; empty of `a..b`, which has ends alone and is for a Latin hypercube. */
  readonly values: readonly RangeValue[];
  /** The value at a share of its length, 0 to 1. */
  at(share: number): RangeValue;
}

/** A parameter of more values than this is a slip of the pen. */
export const MOST_VALUES = 100_000;

const FORM = /^(?<from>.+?)\.\.(?<to>[^:]+?)(?:\/(?<count>\d+))?(?::(?<step>.+))?$/;

/**
 * Reads `a..b:step`, `a..b/n` (n values, evenly), `a..b/n:log` (each the same factor above the one before), `a..b` (whole
 * numbers, one by one; else the ends of a Latin hypercube) or a list `a,b,c`. Throws `SweepError`.
 */
export function parseRange(text: string): Range {
  if (text.trim() === '') throw new SweepError(`an empty range: expected ${EXPECTED}`);
  const form = FORM.exec(text);
  return form === null ? listOf(text) : readForm(text, form.groups!);
}

const EXPECTED = 'a range such as 0s..10s:1s or 1..100/5:log, or a list such as 1,2,4';

function listOf(text: string): Range {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new SweepError(`an empty value in the list \`${text}\``);
  const quantities = parts.map(parseQuantity);
  const kind = commonKind(quantities);
  const values = parts.map((part, i) => ({
    written: readScalar(part),
    x: kind === null ? null : quantities[i]!.value,
  }));
  const seen = new Set(values.map(({ written }) => written));
  if (seen.size < values.length) throw new SweepError(`a value stands twice in the list \`${text}\``);
  return { kind, values, at: (share) => pick(values, share) };
}

/** The kind that all are of; a bare 0 is of any. */
function commonKind(quantities: readonly (Quantity | undefined)[]): QuantityKind | null {
  const kinds = new Set<QuantityKind | undefined>();
  for (const quantity of quantities) {
    if (quantity === undefined) return null;
    if (quantity.kind !== 'number' || quantity.value !== 0) kinds.add(quantity.kind);
  }
  if (kinds.size > 1) return null;
  return [...kinds][0] ?? 'number';
}

function pick(values: readonly RangeValue[], share: number): RangeValue {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))];
}

/** `1..3` steps through whole numbers; `1.0..3` does not. */
const WHOLE = /^\s*-?\d+\s*$/;

type Groups = Readonly<Record<string, string | undefined>>;

function readForm(text: string, { from, to, count, step }: Groups): Range {
  const first = readEnd(text, from!);
  const last = readEnd(text, to!);
  const kind = commonKind([first, last]);
  if (kind === null) throw new SweepError(`\`${text}\`: ${from} and ${to} are not of one kind`);
  const ends = { kind, first: first.value, last: last.value };
  const logarithmic = step === 'log';
  if (logarithmic && (ends.first <= 0 || ends.last <= 0)) {
    throw new SweepError(`\`${text}\`: a logarithmic range needs ends above 0`);
  }
  const at = (share: number): RangeValue => valueAt(ends, share, logarithmic, DRAWN_DIGITS);
  if (count !== undefined) {
    if (step !== undefined && !logarithmic) throw new SweepError(`\`${text}\`: give either /${count} or :${step}`);
    return evenly(text, ends, Number(count), at, logarithmic);
  }
  if (step !== undefined && !logarithmic) return inSteps(text, ends, step);
  const whole = WHOLE.test(from!) && WHOLE.test(to!);
  if (whole && !logarithmic) return inSteps(text, ends, ends.last < ends.first ? '-1' : '1');
  if (ends.first === ends.last) throw new SweepError(`\`${text}\` is an empty range: both ends are ${to}`);
  return { kind, values: [], at };
}

function readEnd(text: string, end: string): Quantity {
  const quantity = parseQuantity(end);
  if (quantity === undefined) {
    throw new SweepError(`\`${text}\`: expected a number, a duration, a rate or a percentage, found \`${end}\``);
  }
  return quantity;
}

interface Ends {
  readonly kind: QuantityKind;
  readonly first: number;
  readonly last: number;
}

function evenly(text: string, ends: Ends, n: number, at: Range['at'], logarithmic: boolean): Range {
  const { kind, first, last } = ends;
  if (n < 2) throw new SweepError(`\`${text}\`: expected at least 2 values, found /${n}`);
  checkCount(text, n);
  if (first === last) throw new SweepError(`\`${text}\` is an empty range: both ends are the same`);
  const digits = logarithmic ? LOG_DIGITS : ALL_DIGITS;
  const values = Array.from({ length: n }, (_, i) => valueAt(ends, i / (n - 1), logarithmic, digits));
  return { kind, values, at };
}

function inSteps(text: string, { kind, first, last }: Ends, written: string): Range {
  const step = parseQuantity(written);
  if (step === undefined || commonKind([{ kind, value: 1 }, step]) === null || step.value === 0) {
    throw new SweepError(`\`${text}\`: expected a step such as those of the ends, or log, found \`${written}\``);
  }
  // Rounding must not cost the last value.
  const n = Math.floor((last - first) / step.value + 1e-9) + 1;
  if (n < 1)
    throw new SweepError(`\`${text}\` is an empty range: no step of ${written} leads from one end to the other`);
  checkCount(text, n);
  const values = Array.from({ length: n }, (_, i) => rangeValue(kind, first + i * step.value));
  return { kind, values, at: (share) => pick(values, share) };
}

function checkCount(text: string, n: number): void {
  if (n > MOST_VALUES) throw new SweepError(`\`${text}\` has ${n} values; at most ${MOST_VALUES} can be swept over`);
}

function valueAt({ kind, first, last }: Ends, share: number, logarithmic: boolean, digits: number): RangeValue {
  if (share === 0) return rangeValue(kind, first);
  if (share === 1) return rangeValue(kind, last);
  const value = logarithmic ? exp(log(first) + (log(last) - log(first)) * share) : first + (last - first) * share;
  return rangeValue(kind, Number(value.toPrecision(digits)));
}

/** Of values between the ends: as many as there are; what exp and log leave exact; what a drawn value needs. */
const ALL_DIGITS = 15;
const LOG_DIGITS = 9;
const DRAWN_DIGITS = 6;

/** A value, and the number that is really run once it is written. */
function rangeValue(kind: QuantityKind, value: number): RangeValue {
  const written = writeQuantity({ kind, value });
  return { written, x: parseQuantity(String(written))!.value };
}
