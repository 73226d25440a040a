import { SERVED } from '../../world/outcome.ts';
import { FaultPlan } from '../../world/faults/plan.ts';
import type { WorldSpec } from '../../world/spec.ts';
import type { RequestRecorder } from '../../world/traffic/source.ts';
import { World } from '../../world/world.ts';
import type { EdgeEnds } from '../../world/world.ts';
import { RequestLog } from '../request-log.ts';
import { Oracle } from './oracle.ts';

/** Which requests of a world could have been served. */
export interface OracleRun {
  readonly log: RequestLog;
  readonly servable: number;
}

/** Runs the oracle over one world and seed: with all instances that there can be, or with the initial ones. */
export function runOracle(
  spec: WorldSpec,
  edges: readonly EdgeEnds[],
  seed: string,
  instances: 'max' | 'initial',
): OracleRun {
  const log = new RequestLog();
  let servable = 0;
  const { warmup } = spec;
  const services = spec.services.map((service) => {
    const count = instances === 'max' ? service.instances.max : service.instances.initial;
    return { ...service, instances: { initial: count, max: Math.max(1, count) }, warmUp: { span: 0, factor: 1 } };
  });
  const recorder: RequestRecorder = {
    arrived: () => undefined,
    ended: (call, outcome) => {
      if (call.arrivedAt < warmup) return;
      log.record(call.request, outcome, false, 0);
      if (outcome === SERVED) servable++;
    },
  };
  // The faults are those of the world as it is, whatever pool the oracle has.
  const world = new World({ ...spec, services }, edges, seed, recorder, new FaultPlan(spec, seed));
  const oracle = new Oracle(world);
  edges.forEach((_, edge) => world.enter(edge, oracle, 0));
  world.start();
  world.kernel.advance(spec.duration);
  return { log, servable };
}
