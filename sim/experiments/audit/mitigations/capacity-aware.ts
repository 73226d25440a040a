import { FRESH } from '../../../signals/metrics.ts';
import type { Mitigation } from './mitigation.ts';
import { layerOf, withLayers } from './mitigation.ts';

/** Policies that see a slow instance by its latency already. */
const AWARE = ['peakEwma', 'finaglePeakEwma', 'linkerdPeakEwma', 'prequal', 'lowestLatency'];

export const capacityAware: Mitigation = {
  name: 'capacity-aware balancing',
  about: 'Balancers go by latency times what is in flight (peak EWMA), so that a slow instance gets less.',
  apply: (design, _scenario, registry) =>
    withLayers(design, (layer) => {
      if (layer.kind !== 'loadBalancer' || AWARE.includes(layer.policy)) return layer;
      const { name, kind, config } = layer;
      const aware = layerOf({ name, kind, policy: 'peakEwma' }, registry);
      const { panicThreshold, outlierDetection } = config;
      return {
        ...layer,
        policy: 'peakEwma',
        source: 'own',
        metrics: FRESH,
        config: { ...aware.config, panicThreshold, outlierDetection },
      };
    }),
};
