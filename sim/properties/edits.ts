import { formatDuration, parseDuration } from '../units/duration.ts';
import { formatRate, parseRate } from '../units/rate.ts';
import { formatShare, parseShare } from '../units/share.ts';
import { isRecord } from '../scenario/plain-data.ts';

/**
 * What makes one design of another: settings by path (`balancer.metrics.lag: 8s`, `world.services.checkout.concurrency:
 * 4`), entries that are added to a list by name (`world.faults.surge: { … }`), and layers that are left out
 * (`breaker: off`). No edits are the baseline itself.
 */
export type Edits = Readonly<Record<string, unknown>>;

export const NO_EDITS: Edits = {};

/** A text that two sets of edits share only if they say the same. */
export function keyOf(edits: Edits): string {
  return JSON.stringify(sorted(edits));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** How far two sets of edits are apart: 1 for each that only one has, the relative change of each that both have. */
export function distance(a: Edits, b: Edits): number {
  const paths = new Set([...Object.keys(a), ...Object.keys(b)]);
  let sum = 0;
  for (const path of paths) sum += Object.hasOwn(a, path) && Object.hasOwn(b, path) ? apart(a[path], b[path]) : 1;
  return sum;
}

/** Between 0 (alike) and 1. */
function apart(a: unknown, b: unknown): number {
  if (isRecord(a) && isRecord(b)) return Math.min(1, distance(a, b) / 2);
  const [x, y] = [quantityOf(a), quantityOf(b)];
  if (x !== undefined && y !== undefined) return x === y ? 0 : Math.abs(x - y) / (Math.abs(x) + Math.abs(y));
  return JSON.stringify(a) === JSON.stringify(b) ? 0 : 1;
}

function quantityOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  return parseDuration(value) ?? parseRate(value) ?? parseShare(value);
}

/** A value of a document on one line: `{ at: 10s, slow: { factor: 8 } }`. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isRecord(value)) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${inline(one)}`)
    .join(', ')} }`;
}

/** What kind of quantity a value is written as, and how to write another of its kind. */
export interface Unit {
  readonly name: 'duration' | 'rate' | 'share' | 'number';
  read(value: unknown): number | undefined;
  write(value: number): string | number;
}

const DURATION: Unit = {
  name: 'duration',
  read: (value) => (typeof value === 'string' || value === 0 ? parseDuration(value) : undefined),
  write: (value) => formatDuration(Math.floor(value + 0.5)),
};
const RATE: Unit = {
  name: 'rate',
  read: (value) => (typeof value === 'string' ? parseRate(value) : undefined),
  write: formatRate,
};
const SHARE: Unit = {
  name: 'share',
  read: (value) => (typeof value === 'string' || typeof value === 'number' ? parseShare(value) : undefined),
  write: formatShare,
};
const NUMBER: Unit = {
  name: 'number',
  read: (value) => (typeof value === 'number' && value === value ? value : undefined),
  write: (value) => plain(value),
};
export const UNITS = { duration: DURATION, rate: RATE, share: SHARE, number: NUMBER } as const;

/** The unit that a value is written in; undefined if it is no quantity. */
export function unitOf(value: unknown): Unit | undefined {
  if (typeof value === 'number') return NUMBER;
  return [DURATION, RATE, SHARE].find((unit) => unit.read(value) !== undefined);
}

/** Without the last digits of binary fractions: 0.1 * 3 is 0.3. */
function plain(value: number): number {
  return Number(value.toPrecision(12));
}
