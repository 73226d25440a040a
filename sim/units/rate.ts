const PER: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
};
const FORM = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*\/\s*(s|sec|second|m|min|minute|h|hour)$/;

/** Events a second of a rate as people write it: `900/s`, `30/m`, `2.5/h`. Undefined if it is none. */
export function parseRate(text: string | number): number | undefined {
  if (typeof text !== 'string') return undefined;
  const match = FORM.exec(text.trim());
  return match === null ? undefined : Number(match[1]) / PER[match[2]];
}

/** A rate as `parseRate` reads it back, to 12 digits. */
export function formatRate(perSecond: number): string {
  return `${Number(perSecond.toPrecision(12))}/s`;
}
