import { formatDuration, parseDuration } from '../../units/duration.ts';
import type { WorldSpec } from '../../world/spec.ts';
import { PropertyTestError } from '../property-test-error.ts';

/** A moment or a length of time that is given, or two between which it lies. */
export type Span = string | readonly [string, string];

/** Moments on a grid, from the least on. */
export interface Grid {
  readonly least: number;
  readonly step: number;
  /** Steps up to the most. */
  readonly count: number;
}

const STEPS = 40;

/** A grid of what is asked for; `preset` if nothing is. */
export function gridOf(asked: Span | undefined, preset: readonly [number, number], asker: string): Grid {
  const [least, most] = asked === undefined ? preset : endsOf(asked, asker);
  const step = Math.max(1, roundDown((most - least) / STEPS));
  return { least, step, count: most === least ? 0 : Math.floor((most - least) / step) };
}

export function momentAt({ least, step }: Grid, steps: number): string {
  return formatDuration(least + steps * step);
}

function endsOf(asked: Span, asker: string): [number, number] {
  const [low, high] = (typeof asked === 'string' ? [asked, asked] : asked).map((text) => {
    const moment = parseDuration(text);
    if (moment !== undefined && moment >= 0) return moment;
    throw new PropertyTestError(`${asker}: expected a duration such as '10s', not ${text}`);
  });
  if (low > high) throw new PropertyTestError(`${asker}: the range is empty, since ${low} is above ${high}`);
  return [low, high];
}

/** Steps that read well: tenths of a second, halves, seconds, five seconds … */
function roundDown(step: number): number {
  const second = 1e9;
  const known = [60, 30, 10, 5, 2, 1, 0.5, 0.2, 0.1].map((seconds) => seconds * second);
  return known.find((one) => one <= step) ?? 1e6;
}

/** The stretch of a run in which disturbances fall unless they say when: after a while, and with time to recover. */
export function stretchOf({ warmup, duration }: WorldSpec): { from: number; until: number; length: number } {
  const length = duration - warmup;
  const whole = (time: number): number => Math.floor(time / 1e8) * 1e8;
  return { from: whole(warmup + length / 6), until: whole(warmup + length / 2), length };
}
