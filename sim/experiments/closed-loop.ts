import type { Simulation } from '../scenario/simulation.ts';
import type { WorldSpec } from '../world/spec.ts';

/** Whether any arrivals depend on the answers. */
export function isClosedLoop(world: WorldSpec): boolean {
  return world.traffic.some(({ arrivals }) => arrivals.kind === 'closed');
}

/**
 * The world whose requests come when they came in a run, whatever becomes of them: the closed loops of the run, replayed
 * as open ones. Request by request it is the run's own world: the numbers of the requests, and so their draws, are the same.
 */
export function replayOf(run: Simulation): WorldSpec {
  const { spec, sources } = run.world;
  if (!isClosedLoop(spec)) return spec;
  const traffic = spec.traffic.map((one, i) => {
    const { times, clients, numbers } = sources[i].recorded!;
    const { arrivals } = one;
    const known = arrivals.kind === 'recorded' ? arrivals : { clients: null, classes: null, demands: null };
    const own = arrivals.kind === 'closed' ? { clients, classes: null, demands: null } : known;
    return { ...one, arrivals: { ...own, kind: 'recorded' as const, times, numbers } };
  });
  return { ...spec, traffic };
}
