/**
 * Simulated time and durations are integer nanoseconds held in a float64: exact up to 2^53 ns (104 days),
 * so that periodic ticks tie exactly. Scenario files speak in units; everything below them speaks in these.
 */
export const NANOSECOND = 1;
export const MICROSECOND = 1e3;
export const MILLISECOND = 1e6;
export const SECOND = 1e9;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The last instant that the clock can show (104 days). Later than this, or never: `NEVER`. */
export const MAX_TIME = Number.MAX_SAFE_INTEGER;

/** A time that does not come. Events at this time are not queued. */
export const NEVER = Infinity;

/** Nearest whole nanosecond; never negative. Durations that come out of a distribution pass through here. */
export function wholeNanoseconds(duration: number): number {
  if (!(duration > 0)) return 0;
  // Adding a half would round odd numbers above 2^52 away.
  const whole = Math.floor(duration);
  return duration - whole >= 0.5 ? whole + 1 : whole;
}
