import { wholeNanoseconds } from '../../kernel/time.ts';
import { formatDuration, parseDuration } from '../../units/duration.ts';
import { formatRate, parseRate } from '../../units/rate.ts';
import { formatShare, parseShare } from '../../units/share.ts';

export type QuantityKind = 'number' | 'duration' | 'rate' | 'share';

/** A number with what it counts: nanoseconds of a duration, events a second of a rate, a share of one. */
export interface Quantity {
  readonly kind: QuantityKind;
  readonly value: number;
}

/** A value as scenario files have it. */
export type Scalar = string | number | boolean;

const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** `5`, `250ms`, `900/s`, `1%`; undefined if it is none of them. */
export function parseQuantity(text: string): Quantity | undefined {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return { kind: 'number', value: Number(trimmed) };
  const duration = parseDuration(trimmed);
  if (duration !== undefined) return { kind: 'duration', value: duration };
  const rate = parseRate(trimmed);
  if (rate !== undefined) return { kind: 'rate', value: rate };
  const share = parseShare(trimmed);
  return share === undefined ? undefined : { kind: 'share', value: share };
}

/** Steps add up to values such as 0.30000000000000004, which nobody asked for. */
const DIGITS = 12;

/** A quantity as a scenario file has it, and as `parseQuantity` reads it back. */
export function writeQuantity({ kind, value }: Quantity): Scalar {
  switch (kind) {
    case 'number':
      return Number(value.toPrecision(DIGITS));
    case 'duration':
      return formatDuration(wholeNanoseconds(value));
    case 'rate':
      return formatRate(value);
    case 'share':
      return formatShare(value);
  }
}

/** A scalar as YAML would read it: a number, true or false, or else text. */
export function readScalar(text: string): Scalar {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  return trimmed;
}
