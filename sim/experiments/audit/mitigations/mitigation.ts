import type { LayerSpec } from '../../../controllers/kind.ts';
import type { Registry } from '../../../controllers/registry.ts';
import { Complaints } from '../../../scenario/complaints.ts';
import { readLayer } from '../../../scenario/layers.ts';
import type { DesignSpec, Scenario } from '../../../scenario/scenario.ts';

/** A change that may help. */
export interface Mitigation {
  readonly name: string;
  /** What it does, in one sentence. */
  readonly about: string;
  /** The changed design; null where nothing would change. */
  apply(design: DesignSpec, scenario: Scenario, registry: Registry): DesignSpec | null;
}

/** A design with some of its layers changed; null if none is. */
export function withLayers(
  design: DesignSpec,
  change: (layer: LayerSpec, stack: readonly LayerSpec[]) => LayerSpec,
): DesignSpec | null {
  let changed = false;
  const all = (layers: readonly LayerSpec[]): LayerSpec[] =>
    layers.map((layer) => {
      const other = layer.ofClients === true ? layer : change(layer, layers);
      changed ||= other !== layer;
      return other;
    });
  const edges = design.edges.map((edge) => ({ ...edge, layers: all(edge.layers) }));
  const autoscalers = all(design.autoscalers);
  return changed ? { ...design, edges, autoscalers, settings: true } : null;
}

/** A layer as a scenario would write it. */
export function layerOf(value: Readonly<Record<string, unknown>>, registry: Registry): LayerSpec {
  const complaints = new Complaints('mitigation');
  const layer = readLayer({ value, path: [], setAt: new Map() }, 'path', registry, complaints);
  complaints.throwAny();
  return layer!;
}
