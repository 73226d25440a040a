import { BARE, findDesign, layerNames, reduceDesign } from '../../../sim/index.ts';
import type { DesignSpec, LayerSpec, Registry, Scenario } from '../../../sim/index.ts';
import type { LaneLayer, LaneSpec } from './protocol.ts';

/** What reduceDesign calls the random router in the place of a balancer that was taken out. */
const REMOVED = '-removed';

/** A lane's design: one of the scenario's, with layers switched off, lags and cause propagation changed. */
export function designOf(scenario: Scenario, lane: LaneSpec, registry: Registry): DesignSpec {
  const base = findDesign(scenario, lane.design) ?? findDesign(scenario, BARE)!;
  const names = layerNames(base);
  const without = lane.off.filter((name) => names.includes(name));
  const reduced = without.length === 0 ? base : reduceDesign(base, { without }, registry);
  return {
    ...reduced,
    edges: reduced.edges.map((edge) => ({ ...edge, layers: edge.layers.map((layer) => tune(layer, lane)) })),
    autoscalers: reduced.autoscalers.map((layer) => tune(layer, lane)),
  };
}

function tune(layer: LayerSpec, { lag, cause }: LaneSpec): LayerSpec {
  const { name } = layer;
  let tuned = layer;
  if (Object.hasOwn(lag, name) && layer.source === 'reported') {
    tuned = { ...tuned, metrics: { ...tuned.metrics, lag: Math.round(lag[name] * 1e6) } };
  }
  if (Object.hasOwn(cause, name)) tuned = { ...tuned, propagateCause: cause[name] };
  return tuned;
}

/** The layers of a design in the order of their indices. */
export function layersOf({ edges, autoscalers }: DesignSpec): LaneLayer[] {
  const shown = (name: string): string => (name.endsWith(REMOVED) ? name.slice(0, -REMOVED.length) : name);
  return [
    ...edges.flatMap(({ layers }, edge) =>
      layers.map(({ name, kind }, place) => ({ name: shown(name), kind, edge, place })),
    ),
    ...autoscalers.map(({ name, kind }) => ({ name, kind, edge: -1, place: -1 })),
  ];
}
