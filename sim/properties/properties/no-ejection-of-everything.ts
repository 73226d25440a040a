import { formatDuration } from '../../units/duration.ts';
import type { Occurrence } from '../../world/faults/plan.ts';
import type { ServiceSpec } from '../../world/spec.ts';
import type { Property } from '../property.ts';
import { invariant } from '../property.ts';
import type { SeedRun } from '../seed-run.ts';

/** States in which a layer sends nothing to an instance. */
const OUT: readonly string[] = ['ejected', 'open'];

/** No layer that decides for each instance ever has every instance out at once: ejected, or behind an open circuit. */
export function noEjectionOfEverything(): Property {
  return invariant('noEjectionOfEverything', 'no layer has every instance out at once', findTotalEjection, {
    vacuous: (run) => (run.changes.some(({ to }) => OUT.includes(to)) ? undefined : 'nothing was ever ejected'),
  });
}

function findTotalEjection(run: SeedRun): string | undefined {
  const pools = poolsBehind(run);
  for (const { at, layer, key, to } of run.changes) {
    const pool = pools.get(layer);
    if (pool === undefined) continue;
    pool.forgetGone(at);
    if (OUT.includes(to)) pool.out.add(key);
    else pool.out.delete(key);
    const { size } = pool;
    if (pool.out.size >= size) return `\`${layer}\` had all ${size} instances out at ${formatDuration(at)}`;
  }
  return undefined;
}

/** The instances that one layer holds a state for. */
class Pool {
  readonly size: number;
  readonly out = new Set<number>();
  /** Faults after which an instance that was ejected comes back as a new one, in the order of time. */
  private readonly gone: Occurrence[];

  constructor({ instances }: ServiceSpec, gone: readonly Occurrence[]) {
    this.size = instances.max;
    this.gone = [...gone];
  }

  forgetGone(now: number): void {
    while (this.gone.length > 0 && this.gone[0].from <= now) {
      for (const instance of this.gone.shift()!.instances) this.out.delete(instance);
    }
  }
}

/** By layer, for those that hold one state for each instance of a service that is not scaled. */
function poolsBehind({ design, scenario, faults }: SeedRun): Map<string, Pool> {
  const pools = new Map<string, Pool>();
  for (const { to, layers } of design.edges) {
    const service = scenario.world.services.find(({ name }) => name === to);
    if (service === undefined || service.instances.initial !== service.instances.max) continue;
    const crashes = faults.filter(({ act }) => act.kind === 'crash' && act.service === to);
    for (const { name, kind, config, copies } of layers) {
      if (copies !== 'shared') continue;
      if (kind === 'loadBalancer') pools.set(name, new Pool(service, crashes));
      if (config['key'] === 'instance') pools.set(name, new Pool(service, []));
    }
  }
  return pools;
}
