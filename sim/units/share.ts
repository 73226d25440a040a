const PERCENT = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*%$/;

/** A share of one, from `1%` or a plain number such as 0.01. Undefined if it is neither. */
export function parseShare(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) ? text : undefined;
  const match = PERCENT.exec(text.trim());
  return match === null ? undefined : Number(match[1]) / 100;
}

/** A share as a percentage that `parseShare` reads back, to 12 digits. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`;
}
