import { FRESH } from '../../../signals/metrics.ts';
import type { Mitigation } from './mitigation.ts';
import { withLayers } from './mitigation.ts';

export const localFirst: Mitigation = {
  name: 'local decisions first',
  about: 'Balancers and breakers decide on what passes through them, live, instead of on reports.',
  apply: (design) =>
    withLayers(design, (layer) => {
      const isLocal = layer.kind === 'loadBalancer' || layer.kind === 'circuitBreaker';
      return isLocal && layer.source === 'reported' ? { ...layer, source: 'own', metrics: FRESH } : layer;
    }),
};
