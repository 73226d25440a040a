import { estimate } from '../measure/statistics.ts';
import type { Estimate } from '../measure/statistics.ts';

/** A tree of plain figures with every number replaced by its estimate over replications. */
export type Estimated<T> = T extends number
  ? Estimate
  : T extends readonly unknown[]
    ? readonly Estimated<T[number]>[]
    : T extends object
      ? { readonly [K in keyof T]: Estimated<T[K]> }
      : T;

/**
 * Mean and interval of every number in trees of one shape. A member that a tree lacks counts as 0 (counts by name list
 * only what occurred); one that is null somewhere is null; texts and lists are left out.
 */
export function aggregate<T extends object>(trees: readonly T[]): Estimated<T> {
  return aggregateNode(trees) as Estimated<T>;
}

function aggregateNode(nodes: readonly unknown[]): unknown {
  const known = nodes.filter((node) => node !== undefined);
  if (known.length === 0 || known.some((node) => node === null)) return null;
  if (known.every((node) => typeof node === 'number')) {
    return estimate(nodes.map((node) => (node === undefined ? 0 : (node as number))));
  }
  if (!known.every((node) => typeof node === 'object' && !Array.isArray(node))) return undefined;
  const keys = new Set(known.flatMap((node) => Object.keys(node as object)));
  const result: Record<string, unknown> = {};
  for (const key of keys) {
    // A member of a map that a replication lacks altogether is a missing count, not a missing figure.
    const value = aggregateNode(nodes.map((node) => (node as Record<string, unknown> | undefined)?.[key]));
    if (value !== undefined) result[key] = value;
  }
  return result;
}

/** Estimates of the differences b - a of every number that both trees have, pair by pair. */
export function aggregateDifferences<T extends object>(pairs: readonly (readonly [T, T])[]): Estimated<T> {
  return aggregate(pairs.map(([a, b]) => subtract(b, a) as T));
}

function subtract(b: unknown, a: unknown): unknown {
  if (typeof b === 'number' && typeof a === 'number') return b - a;
  if (b === null || a === null) return null;
  if (typeof b !== 'object' || typeof a !== 'object' || Array.isArray(b) || Array.isArray(a)) return undefined;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(b)) {
    const value = subtract((b as Record<string, unknown>)[key], (a as Record<string, unknown>)[key]);
    if (value !== undefined) result[key] = value;
  }
  return result;
}

/** The value at a path such as `['killed', 'total']`; undefined if there is none. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  let at = tree;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}

/** Every path to a number in a tree, dotted: the figures that an expectation can name. */
export function numberPaths(tree: unknown, prefix = ''): string[] {
  if (typeof tree === 'number') return [prefix];
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return [];
  return Object.entries(tree).flatMap(([key, value]) => numberPaths(value, prefix === '' ? key : `${prefix}.${key}`));
}
