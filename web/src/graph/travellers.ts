import type { LaneData } from '../model/lane-data.ts';
import { UNKNOWN } from '../model/lane-data.ts';
import type { Particles } from '../stage/particles.ts';
import { scatter, STYLE_OF_OUTCOME } from '../stage/particles.ts';
import type { GraphLayout } from './layout.ts';
import { pointOn } from './layout.ts';

/** Most that a request is drawn beside the middle of its edge. */
const BESIDE = 9;

/** Where the attempts that set out within the last `travel` milliseconds are on their edges: a refused one turns at half way. */
export function placeTravellers(
  lane: LaneData,
  graph: GraphLayout,
  now: number,
  travel: number,
  particles: Particles,
): void {
  particles.count = 0;
  const { edge, end, request, start, where } = lane.legs;
  const latest = now + lane.longestLeg;
  for (let i = lane.firstLegFrom(now - travel); i < lane.legCount; i++) {
    if (end.values[i] > latest) break;
    const since = now - start.values[i];
    if (since < 0 || since > travel) continue;
    const share = since / travel;
    const isRefused = where.values[i] < 0;
    if (isRefused && share > 0.7) continue;
    const number = request.values[i];
    const outcome = lane.outcomeOf(number);
    const [x, y] = pointOn(graph.edges[edge.values[i]], isRefused ? Math.min(share, 0.5) : share);
    const fall = isRefused && share > 0.5 ? 26 * (share - 0.5) * 5 : 0;
    const beside = (scatter(number, 1) - 0.5) * 2 * BESIDE;
    particles.add(x, y + beside + fall, outcome === UNKNOWN ? 0 : STYLE_OF_OUTCOME[outcome]);
  }
}
