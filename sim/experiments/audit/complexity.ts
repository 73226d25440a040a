import { z } from 'zod';
import type { LayerSpec } from '../../controllers/kind.ts';
import type { Registry } from '../../controllers/registry.ts';
import { layerSchema } from '../../scenario/layers.ts';
import type { DesignSpec } from '../../scenario/scenario.ts';
import type { MappedLayer } from './layer-map.ts';

/** Three counts; what goes into each is in the README of this folder. */
export interface Complexity {
  readonly structural: {
    readonly layers: number;
    readonly hidden: number;
    readonly pairs: number;
    readonly total: number;
  };
  readonly operational: {
    readonly settings: number;
    readonly loops: number;
    readonly ages: number;
    readonly total: number;
  };
  readonly cognitive: {
    readonly policies: number;
    readonly memories: number;
    readonly blindPairs: number;
    readonly total: number;
  };
}

export function complexityOf(design: DesignSpec, map: readonly MappedLayer[], registry: Registry): Complexity {
  const layers = [...design.edges.flatMap((edge) => edge.layers), ...design.autoscalers];
  const hidden = map.filter((one) => one.hidden).length;
  const pairs = pairsOf(design);
  const settings = layers.reduce((sum, spec) => sum + settingsOf(spec, registry), 0);
  const loops = layers.filter(isLoop).length;
  const ages = new Set(layers.map(({ source, metrics }) => (source === 'own' ? 0 : metrics.lag + metrics.interval)))
    .size;
  const policies = new Set(layers.map(({ kind, policy }) => `${kind}/${policy}`)).size;
  const memories = layers.filter(remembers).length;
  const blindPairs = design.edges.reduce((sum, edge) => sum + blindPairsOf(edge.layers), 0);
  return {
    structural: { layers: layers.length, hidden, pairs, total: layers.length + hidden + pairs },
    operational: { settings, loops, ages, total: settings + loops + ages },
    cognitive: { policies, memories, blindPairs, total: policies + memories + blindPairs },
  };
}

/** Pairs that meet on one edge, and autoscalers with every layer towards their service. */
function pairsOf({ edges, autoscalers }: DesignSpec): number {
  const onEdges = edges.reduce((sum, { layers }) => sum + (layers.length * (layers.length - 1)) / 2, 0);
  const beside = autoscalers.map(({ config }) =>
    edges.filter(({ to }) => to === config['service']).reduce((sum, { layers }) => sum + layers.length, 0),
  );
  return onEdges + beside.reduce((sum, count) => sum + count, 0);
}

function settingsOf(spec: LayerSpec, registry: Registry): number {
  return countFields(
    layerSchema(registry.kinds.get(spec.kind)!, registry.policy(spec.kind, spec.policy)!),
    spec.config,
  );
}

/** Fields of a schema that stand for something in this configuration, those of groups one by one. */
function countFields(schema: z.ZodObject, config: Readonly<Record<string, unknown>>): number {
  return Object.keys(schema.shape).filter((name) => config[name] !== undefined).length;
}

/** Acts by itself, whether or not a request comes. */
function isLoop({ kind, config }: LayerSpec): boolean {
  return kind === 'autoscaler' || config['outlierDetection'] !== undefined;
}

/** Decides by what was before, not only by what is. */
function remembers({ kind, config }: LayerSpec): boolean {
  if (kind === 'circuitBreaker' || kind === 'autoscaler') return true;
  if (kind === 'rateLimiter') return (config['refusalCost'] as number) > 0;
  return config['outlierDetection'] !== undefined;
}

/** Outer layers that act on a refusal of an inner one that they cannot tell from the service's own. */
function blindPairsOf(layers: readonly LayerSpec[]): number {
  let count = 0;
  layers.forEach((outer, i) => {
    if (outer.kind === 'loadBalancer' && outer.config['outlierDetection'] === undefined) return;
    for (const inner of layers.slice(i + 1)) {
      const refuses = inner.kind === 'circuitBreaker' || inner.kind === 'rateLimiter';
      if (refuses && !inner.propagateCause) count++;
    }
  });
  return count;
}
