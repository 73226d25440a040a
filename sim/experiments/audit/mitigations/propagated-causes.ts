import type { Mitigation } from './mitigation.ts';
import { withLayers } from './mitigation.ts';

export const propagatedCauses: Mitigation = {
  name: 'cause propagation',
  about: 'Every layer lets those outside of it see who refused, and why.',
  apply: (design) =>
    withLayers(design, (layer, stack) =>
      layer.propagateCause || layer.kind === 'autoscaler' || stack.length < 2
        ? layer
        : { ...layer, propagateCause: true },
    ),
};
