/**
 * Retries, per-try timeouts and hedging. Here: `layer.ts` (the one layer that carries every policy out), `policy.ts` (what
 * a policy resolves to), `policies/` (policies, backoffs and budgets). To add a policy, add a file to `policies/` and a
 * line to its index.
 */
import type { PathKind } from '../kind.ts';
import { choice } from '../parameters.ts';
import { RetryLayer } from './layer.ts';
import { DEFAULT_RETRY_POLICY, RETRY_POLICIES } from './policies/index.ts';

export const retry: PathKind = {
  name: 'retry',
  about: 'Tries again what failed or is slow, within a budget, and bounds each try.',
  place: 'path',
  selects: () => false,
  card: {
    decides: 'When a try has taken too long, whether to try once more, when, and on its own list of endpoints where.',
    signals: 'Results and durations of its own tries.',
    cadence: 'Each result, each timer.',
    fails:
      'Multiplies load when there is least room for it, and with other retrying layers; leaves abandoned work behind; sends a try where the balancer would not.',
  },
  ideals: {
    leak: 'It sees the origin and cause of each failure, so conditions on causes match whether or not they are propagated.',
    drift: 'It keeps no memory from call to call but its budget, which stays; its settings are the declared ones.',
  },
  parameters: {
    reselect: choice(['none', 'own'], {
      about:
        'Inside a balancer: `none` keeps the chosen instance for every try, `own` picks another from an endpoint list of its own, never the last one again.',
      default: 'none',
      source: 'overcontrol; a sidecar with endpoints of its own',
    }),
  },
  policies: RETRY_POLICIES,
  isSameWithout: (_spec, mode) => mode === 'drift',
  defaultPolicy: DEFAULT_RETRY_POLICY.name,
  build: (spec, policy, context) => new RetryLayer(spec, policy, context),
};
