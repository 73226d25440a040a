import parse from 'parse-duration';
import { DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND } from '../kernel/time.ts';

const FORM = /^-?(\d+(\.\d+)?\s*(ns|us|µs|μs|ms|s|m|min|h|d)\s*)+$/;

/**
 * Nanoseconds of a duration as people write it: `250ms`, `1.5s`, `2m30s`, `1h`. A bare number has no unit and is refused,
 * as is `00:00:30`; only a bare 0 is plain. Undefined if it is none.
 */
export function parseDuration(text: string | number): number | undefined {
  if (text === 0 || text === '0') return 0;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  if (!FORM.test(trimmed)) return undefined;
  const value = parse(trimmed, 'ns');
  return value === null || value === undefined ? undefined : Math.floor(value + 0.5);
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
