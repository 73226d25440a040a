import type { LayerSpec } from '../../../controllers/kind.ts';
import type { Mitigation } from './mitigation.ts';
import { layerOf } from './mitigation.ts';

/** What the balancer is given in the place of the breaker. */
const EJECTION = {
  policy: 'consecutiveErrors',
  consecutiveErrors: 5,
  baseEjectionTime: '30s',
  maxEjectionPercent: '50%',
};

export const mergedBreaker: Mitigation = {
  name: 'balancer and breaker merged',
  about: 'A breaker of each instance is gone; the balancer before it ejects what fails instead, and so knows of it.',
  apply(design, _scenario, registry) {
    let changed = false;
    const edges = design.edges.map((edge) => {
      const at = edge.layers.findIndex(
        ({ kind, config }) => kind === 'loadBalancer' && config['outlierDetection'] === undefined,
      );
      const isMerged = (layer: LayerSpec, i: number): boolean =>
        at >= 0 && i > at && layer.kind === 'circuitBreaker' && layer.config['key'] === 'instance';
      if (!edge.layers.some(isMerged)) return edge;
      changed = true;
      const { config } = layerOf(
        { name: 'ejecting', kind: 'loadBalancer', policy: 'random', outlierDetection: EJECTION },
        registry,
      );
      const layers = edge.layers
        .filter((layer, i) => !isMerged(layer, i))
        .map((layer, i) =>
          i === at ? { ...layer, config: { ...layer.config, outlierDetection: config['outlierDetection'] } } : layer,
        );
      return { ...edge, layers };
    });
    return changed ? { ...design, edges, settings: true } : null;
  },
};
