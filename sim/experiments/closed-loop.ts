import type { Simulation } from '../scenario/simulation.ts';
import type { WorldSpec } from '../world/spec.ts';

/** Whether any arrivals depend on the answers. */
export function isClosedLoop(world: WorldSpec): boolean {
  return world.traffic.some(({ arrivals }) => arrivals.kind === 'closed');
}

/**
 * The world whose requests come when they came in a run, whatever becomes of them: the closed loops of the run, replayed
 * as open ones. Request by request it is the run's own world.
 */
export function replayOf(run: Simulation): WorldSpec {
  const { spec, sources } = run.world;
  const traffic = spec.traffic.map((one, i) => {
    const { recorded } = sources[i];
    if (recorded === null) return one;
    const { times, clients } = recorded;
    return { ...one, arrivals: { kind: 'recorded' as const, times, clients, classes: null, demands: null } };
  });
  return { ...spec, traffic };
}
