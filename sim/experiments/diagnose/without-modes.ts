import type { Idealised, LayerSpec } from '../../controllers/kind.ts';
import type { Registry } from '../../controllers/registry.ts';
import { randomRouter } from '../../scenario/reduce-design.ts';
import type { DesignSpec } from '../../scenario/scenario.ts';
import { FRESH } from '../../signals/metrics.ts';
import type { WorldSpec } from '../../world/spec.ts';
import type { Mode } from './modes.ts';

type Config = LayerSpec['config'];

/**
 * A design with failure modes removed, from one layer or from all. What a layer cannot be told by its settings it is told
 * by `idealised`, and each controller's `ideals` say what it makes of that.
 *
 * @param layer the only one that is changed; null for all
 */
export function withoutModes(
  design: DesignSpec,
  modes: readonly Mode[],
  layer: string | null,
  world: WorldSpec,
  registry: Registry,
): DesignSpec {
  const reached = ({ name }: LayerSpec): boolean => layer === null || name === layer;
  const faulty = new Set(world.faults.flatMap(({ act }) => ('layer' in act ? [act.layer] : [])));
  const change = (spec: LayerSpec): LayerSpec =>
    reached(spec) ? idealLayer(spec, telling(spec, modes, faulty.has(spec.name), registry), modes) : spec;
  const edges = design.edges.map((edge) => {
    const isMoved = (spec: LayerSpec): boolean => modes.includes('leak') && reached(spec) && isKeyedByService(spec);
    const layers = edge.layers.map((spec) => ({ spec: change(spec), isMoved: isMoved(spec) }));
    return { ...edge, layers: afterThePick(layers, registry) };
  });
  const kindOf = new Map(
    [...design.edges.flatMap(({ layers }) => layers), ...design.autoscalers].map((one) => [one.name, one]),
  );
  const pushes: Record<string, Config> = { ...design.pushes };
  for (const { name, act } of world.faults) {
    if (!('layer' in act) || pushes[name] === undefined) continue;
    const spec = kindOf.get(act.layer);
    if (spec !== undefined && reached(spec)) pushes[name] = idealConfig(spec.kind, pushes[name], modes);
  }
  return { ...design, edges, autoscalers: design.autoscalers.map(change), pushes };
}

/** The modes that the layer itself must be told of: where nothing would come of it, designs stay the same, and so do their runs. */
function telling(spec: LayerSpec, modes: readonly Mode[], isFaulty: boolean, registry: Registry): Idealised {
  const kind = registry.kinds.get(spec.kind);
  const matters = (mode: 'leak' | 'drift'): boolean =>
    modes.includes(mode) && (isFaulty || kind?.isSameWithout?.(spec, mode) !== true);
  return { latency: modes.includes('latency') && isFaulty, leak: matters('leak'), drift: matters('drift') };
}

function idealLayer(spec: LayerSpec, idealised: Idealised, modes: readonly Mode[]): LayerSpec {
  const { maxAge, onStale, offset } = spec.metrics;
  const latency = modes.includes('latency');
  return {
    ...spec,
    idealised,
    metrics: latency ? { ...FRESH, maxAge, onStale, offset } : spec.metrics,
    overhead: latency ? null : spec.overhead,
    copies: modes.includes('drift') && SYNCHRONISED.has(spec.kind) ? 'shared' : spec.copies,
    config: idealConfig(spec.kind, spec.config, modes),
  };
}

/** Kinds whose copies are one where they know at once what each other knows. A retry budget is each client's own. */
const SYNCHRONISED: ReadonlySet<string> = new Set(['loadBalancer', 'circuitBreaker', 'rateLimiter']);

function idealConfig(kind: string, config: Config, modes: readonly Mode[]): Config {
  const ideal: Record<string, unknown> = { ...config };
  if (modes.includes('latency')) {
    if (ideal['discovery'] !== undefined) ideal['discovery'] = 0;
    if (ideal['actuation'] !== undefined) ideal['actuation'] = { delay: 0, jitter: 0 };
  }
  if (modes.includes('leak') && kind === 'circuitBreaker' && ideal['key'] === 'service') ideal['key'] = 'instance';
  return ideal;
}

function isKeyedByService({ kind, config }: LayerSpec): boolean {
  return kind === 'circuitBreaker' && config['key'] === 'service';
}

/** A layer that has a state for each instance can only decide once the instance is chosen: it goes inside the balancer. */
function afterThePick(
  layers: readonly { readonly spec: LayerSpec; readonly isMoved: boolean }[],
  registry: Registry,
): LayerSpec[] {
  const isBalancer = ({ spec }: { readonly spec: LayerSpec }): boolean => {
    const kind = registry.kinds.get(spec.kind);
    return kind?.place === 'path' && kind.selects(spec);
  };
  const balancer = layers.findIndex(isBalancer);
  const isOutside = (place: number): boolean => balancer < 0 || place < balancer;
  const moved = layers.filter(({ isMoved }, place) => isMoved && isOutside(place)).map(({ spec }) => spec);
  if (moved.length === 0) return layers.map(({ spec }) => spec);
  const stay = (from: number, to: number): LayerSpec[] =>
    layers.slice(from, to).flatMap(({ spec, isMoved }, i) => (isMoved && isOutside(from + i) ? [] : [spec]));
  if (balancer < 0) return [...stay(0, layers.length), randomRouter(`${moved[0].name}-router`, registry), ...moved];
  return [...stay(0, balancer + 1), ...moved, ...stay(balancer + 1, layers.length)];
}
