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

/** A moment at which a layer loses what it held against instances; of all of them unless it says which. */
interface Forgetting {
  readonly at: number;
  readonly instances?: readonly number[];
}

/** The instances that one layer holds a state for. */
class Pool {
  readonly size: number;
  readonly out = new Set<number>();
  private readonly forgettings: Forgetting[];

  constructor({ instances }: ServiceSpec, forgettings: readonly Forgetting[]) {
    this.size = instances.max;
    this.forgettings = forgettings.toSorted((a, b) => a.at - b.at);
  }

  forgetGone(now: number): void {
    while (this.forgettings.length > 0 && this.forgettings[0].at <= now) {
      const { instances } = this.forgettings.shift()!;
      if (instances === undefined) this.out.clear();
      else for (const instance of instances) this.out.delete(instance);
    }
  }
}

/** By layer, for those that hold one state for each instance of a service that is not scaled. */
function poolsBehind({ design, scenario, faults }: SeedRun): Map<string, Pool> {
  const pools = new Map<string, Pool>();
  for (const { to, layers } of design.edges) {
    const service = scenario.world.services.find(({ name }) => name === to);
    if (service === undefined || service.instances.initial !== service.instances.max) continue;
    for (const { name, kind, config, copies } of layers) {
      if (copies !== 'shared' || (kind !== 'loadBalancer' && config['key'] !== 'instance')) continue;
      pools.set(
        name,
        new Pool(
          service,
          faults.flatMap((fault) => forgettingsOf(fault, name, kind, to)),
        ),
      );
    }
  }
  return pools;
}

/** Faults of a layer after which it begins again. */
const BEGINS_ANEW: readonly string[] = ['layerReset', 'layerDown', 'push', 'hotfix'];

/** To a balancer an instance that comes back is a new one. A layer that restarts, or is set anew, begins again. */
function forgettingsOf(
  { act, from, until, instances }: Occurrence,
  layer: string,
  kind: string,
  to: string,
): Forgetting[] {
  if (act.kind === 'crash') return kind === 'loadBalancer' && act.service === to ? [{ at: from, instances }] : [];
  if (act.kind === 'zoneLoss') return kind === 'loadBalancer' ? [{ at: from }] : [];
  return BEGINS_ANEW.includes(act.kind) && 'layer' in act && act.layer === layer ? [{ at: from }, { at: until }] : [];
}
