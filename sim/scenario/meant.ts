import { formatDuration, parseDuration } from '../units/duration.ts';
import { nearest } from '../units/nearest.ts';

/** Longer text is no slip of the pen. */
const LONGEST_SLIP = 100;

/** What was probably meant: a near name, a number without its quotes, a duration that is written as on a clock. */
export function meantBy(value: unknown, expectation: string, names: readonly string[]): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_SLIP) return undefined;
  if (/\bnumber\b/.test(expectation) && /^-?\d+(\.\d+)?$/.test(value)) return value;
  if (/\bduration\b/.test(expectation)) return fromClock(value);
  return nearest(value, names);
}

/** `00:01:30` as `1m30s`. */
function fromClock(text: string): string | undefined {
  const match = /^(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, hours = '0', minutes, seconds] = match;
  const nanoseconds = parseDuration(`${hours}h${minutes}m${seconds}s`);
  return nanoseconds === undefined ? undefined : formatDuration(nanoseconds);
}
