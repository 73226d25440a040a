import type { LayerSpec } from '../../../controllers/kind.ts';
import type { Registry } from '../../../controllers/registry.ts';
import type { RetryPolicy } from '../../../controllers/retry/policy.ts';
import { NEVER } from '../../../kernel/time.ts';
import { formatDuration } from '../../../units/duration.ts';
import type { Mitigation } from './mitigation.ts';
import { layerOf } from './mitigation.ts';

export const oneRetryLayer: Mitigation = {
  name: 'one retry layer, with budget and jitter',
  about:
    'The outermost retry layer of each edge makes one retry, after full jitter, within a budget of a fifth of the calls; others are gone.',
  apply(design, _scenario, registry) {
    if (!design.edges.some(({ layers }) => layers.some(isRetry))) return null;
    const edges = design.edges.map((edge) => {
      const kept = edge.layers.find(isRetry);
      const layers = edge.layers.flatMap((layer) => {
        if (!isRetry(layer)) return [layer];
        return layer === kept ? [bounded(layer, registry)] : [];
      });
      return { ...edge, layers };
    });
    return { ...design, edges, settings: true };
  },
};

function isRetry({ kind, ofClients }: LayerSpec): boolean {
  return kind === 'retry' && ofClients !== true;
}

function bounded({ name, policy, config }: LayerSpec, registry: Registry): LayerSpec {
  const { perTryTimeout } = registry.policy('retry', policy)!.create(config as never, undefined) as RetryPolicy;
  const timeout = perTryTimeout < NEVER ? { perTryTimeout: formatDuration(perTryTimeout) } : {};
  const retryOn = Array.isArray(config['retryOn']) && policy === 'exponential' ? { retryOn: config['retryOn'] } : {};
  const backoff = { base: '25ms', jitter: 'full' };
  const budget = { policy: 'ratio', ratio: '20%' };
  return layerOf(
    {
      name,
      kind: 'retry',
      policy: 'exponential',
      tries: 2,
      ...timeout,
      ...retryOn,
      backoff,
      budget,
      reselect: config['reselect'],
    },
    registry,
  );
}
