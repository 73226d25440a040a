import type { RequestLog } from './request-log.ts';

/** What became of the requests of one world in the oracle, in `bare` and in a design: s served, f not. */
export type CellName = 'sss' | 'ssf' | 'sfs' | 'sff' | 'fss' | 'fsf' | 'ffs' | 'fff';
export const CELL_NAMES: readonly CellName[] = ['sss', 'ssf', 'sfs', 'sff', 'fss', 'fsf', 'ffs', 'fff'];

/** Counts of the eight cells, keyed by (oracle, bare, design): `ssf` is a servable request that control killed. */
export type Cells = Readonly<Record<CellName, number>>;

export function countCells(oracle: RequestLog, bare: RequestLog, design: RequestLog): Cells {
  const counts = new Float64Array(8);
  const length = Math.max(bare.length, design.length, oracle.length);
  for (let i = 0; i < length; i++) {
    if (design.outcomeOf(i) === undefined) continue;
    const place = (oracle.wasServed(i) ? 0 : 4) + (bare.wasServed(i) ? 0 : 2) + (design.wasServed(i) ? 0 : 1);
    counts[place]++;
  }
  const cells: Record<string, number> = {};
  CELL_NAMES.forEach((name, i) => (cells[name] = counts[i]));
  return cells as Cells;
}

/** Requests that one run served and another of the same world did not. */
export interface OneWayFlips {
  /** Served by the first, not by the second. */
  readonly killed: number;
  /** The reverse. */
  readonly saved: number;
}

export function countFlips(first: RequestLog, second: RequestLog): OneWayFlips {
  let killed = 0;
  let saved = 0;
  const length = Math.max(first.length, second.length);
  for (let i = 0; i < length; i++) {
    const a = first.wasServed(i);
    const b = second.wasServed(i);
    if (a && !b) killed++;
    if (b && !a) saved++;
  }
  return { killed, saved };
}

/** Requests that `reference` served and `design` did not, split by whether a layer made the deciding result. */
export function countKills(reference: RequestLog, design: RequestLog): { direct: number; displaced: number } {
  let direct = 0;
  let displaced = 0;
  for (let i = 0; i < reference.length; i++) {
    if (!reference.wasServed(i) || design.wasServed(i)) continue;
    if (design.wasDirect(i)) direct++;
    else displaced++;
  }
  return { direct, displaced };
}

/** Of the requests that `reference` served and `design` killed, how many each of the others serves, and each pair of them. */
export interface Revivals {
  readonly kills: number;
  /** By the others' order: kills that this one serves. */
  readonly revived: readonly number[];
  /** Kills that both of a pair serve: [first, second, count]. */
  readonly byBoth: readonly (readonly [number, number, number])[];
}

export function countRevivals(reference: RequestLog, design: RequestLog, others: readonly RequestLog[]): Revivals {
  const revived = others.map(() => 0);
  const both = others.map(() => others.map(() => 0));
  let kills = 0;
  for (let i = 0; i < reference.length; i++) {
    if (!reference.wasServed(i) || design.wasServed(i)) continue;
    kills++;
    for (let a = 0; a < others.length; a++) {
      if (!others[a].wasServed(i)) continue;
      revived[a]++;
      for (let b = a + 1; b < others.length; b++) if (others[b].wasServed(i)) both[a][b]++;
    }
  }
  const byBoth: (readonly [number, number, number])[] = [];
  for (let a = 0; a < others.length; a++) {
    for (let b = a + 1; b < others.length; b++) byBoth.push([a, b, both[a][b]]);
  }
  return { kills, revived, byBoth };
}

/** Of the requests that `reference` served and `design` killed, how many `other` serves and none of `alone` does. */
export function countRevivedOnlyBy(
  other: RequestLog,
  alone: readonly RequestLog[],
  reference: RequestLog,
  design: RequestLog,
): number {
  let revived = 0;
  for (let i = 0; i < reference.length; i++) {
    if (!reference.wasServed(i) || design.wasServed(i) || !other.wasServed(i)) continue;
    if (!alone.some((log) => log.wasServed(i))) revived++;
  }
  return revived;
}
