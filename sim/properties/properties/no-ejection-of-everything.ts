import { formatDuration } from '../../units/duration.ts';
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
  const services = poolsBehind(run);
  const out = new Map<string, Set<number>>();
  for (const { at, layer, key, to } of run.changes) {
    const size = services.get(layer);
    if (size === undefined) continue;
    const those = out.get(layer) ?? new Set<number>();
    out.set(layer, those);
    if (OUT.includes(to)) those.add(key);
    else those.delete(key);
    if (those.size >= size) return `\`${layer}\` had all ${size} instances out at ${formatDuration(at)}`;
  }
  return undefined;
}

/** Layers that hold a state for each instance, and how many instances there are. */
function poolsBehind({ design, scenario }: SeedRun): Map<string, number> {
  const pools = new Map<string, number>();
  for (const { to, layers } of design.edges) {
    const service = scenario.world.services.find(({ name }) => name === to);
    if (service === undefined || service.instances.initial !== service.instances.max) continue;
    for (const { name, kind, config } of layers) {
      if (kind === 'loadBalancer' || config['key'] === 'instance') pools.set(name, service.instances.max);
    }
  }
  return pools;
}
