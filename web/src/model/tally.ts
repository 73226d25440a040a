import { OUTCOME_NAMES } from './names.ts';
import type { LaneData } from './lane-data.ts';
import { SERVED, UNKNOWN } from './lane-data.ts';

/** How the shown requests of a lane ended. */
export interface Tally {
  readonly ended: number;
  readonly served: number;
  /** By outcome code. */
  readonly outcomes: Float64Array;
}

export function tallyOf(lane: LaneData): Tally {
  const outcomes = new Float64Array(OUTCOME_NAMES.length);
  let ended = 0;
  for (let i = Math.max(0, lane.first); i < lane.next; i++) {
    const outcome = lane.outcome.values[i];
    if (outcome === UNKNOWN) continue;
    outcomes[outcome]++;
    ended++;
  }
  return { ended, served: outcomes[SERVED], outcomes };
}
