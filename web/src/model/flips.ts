import type { LaneData } from './lane-data.ts';
import { SERVED, UNKNOWN } from './lane-data.ts';

/** Requests that one lane served and the other did not. */
export interface Flips {
  /** Served by the other, not by this one. */
  readonly killed: readonly number[];
  /** The reverse. */
  readonly saved: readonly number[];
}

export function flipsBetween(lane: LaneData, other: LaneData): Flips {
  const killed: number[] = [];
  const saved: number[] = [];
  // With clients that wait for answers the two have different requests.
  if (lane.summary.isClosedLoop) return { killed, saved };
  const first = Math.max(Math.min(lane.first, other.first), 0);
  const next = Math.min(lane.next, other.next);
  const own = lane.outcome.values;
  const its = other.outcome.values;
  for (let i = first; i < next; i++) {
    const a = own[i];
    const b = its[i];
    if (a === UNKNOWN || b === UNKNOWN || a === b) continue;
    if (b === SERVED) killed.push(i);
    else if (a === SERVED) saved.push(i);
  }
  return { killed, saved };
}

/** How many requests chance flips each way: the draws of a design's own layers anew, everything else the same. */
export interface Churn {
  readonly killed: number;
  readonly saved: number;
}

/**
 * @param again by request, how it ends when the lane's layers draw other lots; of it only what the lane shows is counted
 */
export function churnOf(lane: LaneData, again: Uint8Array): Churn {
  let killed = 0;
  let saved = 0;
  const next = Math.min(lane.next, again.length);
  for (let i = Math.max(0, lane.first); i < next; i++) {
    const own = lane.outcome.values[i];
    const other = again[i];
    if (own === UNKNOWN || other === UNKNOWN) continue;
    if (own === SERVED && other !== SERVED) killed++;
    else if (own !== SERVED && other === SERVED) saved++;
  }
  return { killed, saved };
}

/**
 * The killed request that shows most: refused by a layer itself, after the most conflicts, and soon, so that it can be
 * watched. -1 if none was killed.
 */
export function mostTelling(lane: LaneData, killed: readonly number[]): number {
  let best = -1;
  let bestScore = -Infinity;
  for (const request of killed) {
    const took = lane.endedAt.values[request] - lane.arrivedAt.values[request];
    const direct = lane.origin.values[request] > 0 ? 100 : 0;
    const brief = took >= 2 && took <= 60 ? 50 : 0;
    const score = direct + brief + 10 * Math.min(5, lane.clashes.values[request]) - took / 1000;
    if (score > bestScore) {
      best = request;
      bestScore = score;
    }
  }
  return best;
}
