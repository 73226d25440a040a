import parse from 'parse-duration';
import { DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND, wholeNanoseconds } from '../kernel/time.ts';

const FORM = /^-?(\d+(\.\d+)?\s*(ns|us|µs|μs|ms|s|m|min|h|d)\s*)+$/;
const PART = /(\d+)(\.\d+)?\s*([a-zµμ]+)/g;

/**
 * Nanoseconds of a duration as people write it: `250ms`, `1.5s`, `2m30s`, `1h`. A bare number has no unit and is refused,
 * as is `00:00:30`; only a bare 0 is plain. Undefined if it is none.
 */
export function parseDuration(text: string | number): number | undefined {
  if (text === 0 || text === '0') return 0;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  if (!FORM.test(trimmed)) return undefined;
  // Whole units and fractions apart, for the library's sum in milliseconds cannot hold single nanoseconds of a day.
  let whole = 0;
  let fraction = 0;
  for (const [, count, decimals, unit] of trimmed.matchAll(PART)) {
    const size = sizeOf(unit);
    whole += Number(count) * size;
    if (decimals !== undefined) fraction += Number(decimals) * size;
  }
  const nanoseconds = whole + wholeNanoseconds(fraction);
  return trimmed.startsWith('-') ? 0 - nanoseconds : nanoseconds;
}

/** Nanoseconds of one unit. */
function sizeOf(unit: string): number {
  return wholeNanoseconds(parse(`1${unit.replace(/[µμ]/, 'u')}`, 'ns') ?? NaN);
}

const UNITS: readonly (readonly [number, string])[] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'm'],
  [SECOND, 's'],
  [MILLISECOND, 'ms'],
  [MICROSECOND, 'us'],
  [1, 'ns'],
];

/** The shortest exact text that `parseDuration` reads back, such as `1m30s` or `2.5ms`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === Infinity) return 'forever';
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 0) return `-${formatDuration(-nanoseconds)}`;
  let rest = nanoseconds;
  let text = '';
  for (const [size, unit] of UNITS.slice(0, 3)) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  if (rest === 0) return text;
  for (const [size, unit] of UNITS.slice(3)) {
    if (rest >= size) return `${text}${trimNumber(rest / size)}${unit}`;
  }
  return `${text}${rest}ns`;
}

function trimNumber(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
