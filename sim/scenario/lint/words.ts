import { formatDuration } from '../../units/duration.ts';
import type { LintedLayer } from './linted-design.ts';

/** A layer's name in backticks. */
export function named({ spec }: LintedLayer): string {
  return `\`${spec.name}\``;
}

/** A length of time, to a millisecond where it is longer than that. */
export function time(nanoseconds: number): string {
  const rounded = nanoseconds > 1e7 ? Math.floor(nanoseconds / 1e6 + 0.5) * 1e6 : nanoseconds;
  return formatDuration(rounded);
}

/** Requests a second, to three digits. */
export function perSecond(rate: number): string {
  return `${short(rate)}/s`;
}

/** A number, to three digits. */
export function short(value: number): string {
  return String(Number(value >= 100 ? value.toFixed(0) : value.toPrecision(3)));
}

/** A share of one as a percentage. */
export function percent(share: number): string {
  return `${short(share * 100)} %`;
}
