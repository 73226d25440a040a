import { NEVER } from '../../../kernel/time.ts';
import type { Mitigation } from './mitigation.ts';
import { withLayers } from './mitigation.ts';

export const safeWhenStale: Mitigation = {
  name: 'maxAge with a safe default',
  about: 'A view that is older than it should ever be is not used: a balancer then chooses at random, others allow.',
  apply: (design) =>
    withLayers(design, (layer) => {
      const { lag, interval, jitter, maxAge } = layer.metrics;
      if (layer.source === 'own' || layer.kind === 'autoscaler' || maxAge < NEVER) return layer;
      const expected = lag + jitter + 2 * interval;
      const onStale = layer.kind === 'loadBalancer' ? 'random' : 'allow';
      return { ...layer, metrics: { ...layer.metrics, maxAge: 2 * expected, onStale } };
    }),
};
