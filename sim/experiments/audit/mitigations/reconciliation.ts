import { NEVER, SECOND } from '../../../kernel/time.ts';
import type { Mitigation } from './mitigation.ts';
import { withLayers } from './mitigation.ts';

const EVERY = 10 * SECOND;

export const reconciliation: Mitigation = {
  name: 'reconciliation',
  about: 'Layers whose settings somebody changes, by a push or by hand, are set back to what is declared every 10s.',
  apply(design, { world }) {
    const changed = new Set(
      world.faults.flatMap(({ act }) => (act.kind === 'push' || act.kind === 'hotfix' ? [act.layer] : [])),
    );
    return withLayers(design, (layer) =>
      changed.has(layer.name) && layer.reconcile >= NEVER ? { ...layer, reconcile: EVERY } : layer,
    );
  },
};
