import { z } from 'zod';
import { integer, share } from '../../parameters.ts';
import { ConcurrencyThresholds } from './concurrency-thresholds.ts';
import {
  defineThresholdPolicy,
  THRESHOLD_FLAWS,
  THRESHOLD_PARAMETERS,
  THRESHOLD_SOURCES,
  UINT32_MAX,
} from './threshold-parameters.ts';

const SOURCE = 'Envoy envoy.config.cluster.v3.CircuitBreakers.Thresholds';

export const envoy = defineThresholdPolicy({
  name: 'envoy',
  product: 'Envoy',
  about:
    'The thresholds of a cluster: so many connections, pending requests, requests and retries at once; what is above is refused (503, response flag UO).',
  parameters: {
    maxConnections: integer({
      about: 'Connections at once.',
      default: 1024,
      max: UINT32_MAX,
      source: `${SOURCE} max_connections`,
    }),
    maxPendingRequests: integer({
      about: 'Requests at once that wait for a connection.',
      default: 1024,
      max: UINT32_MAX,
      source: `${SOURCE} max_pending_requests`,
    }),
    maxRequests: integer({
      about: 'Requests at once that have a connection.',
      default: 1024,
      max: UINT32_MAX,
      source: `${SOURCE} max_requests`,
    }),
    maxRetries: integer({
      about: 'Retries at once; the retry budget replaces it.',
      default: 3,
      max: UINT32_MAX,
      source: `${SOURCE} max_retries`,
    }),
    retryBudget: z
      .strictObject({
        budgetPercent: share({
          about: 'Retries at once, of all active and pending requests.',
          default: '20%',
          source: `${SOURCE} retry_budget.budget_percent`,
        }),
        minRetryConcurrency: integer({
          about: 'Retries at once that are always allowed.',
          default: 3,
          max: UINT32_MAX,
          source: `${SOURCE} retry_budget.min_retry_concurrency`,
        }),
      })
      .optional()
      .describe('Bounds retries by the load instead of by a number; off if left out.'),
    ...THRESHOLD_PARAMETERS,
  },
  sources: THRESHOLD_SOURCES,
  knownToGetWrong: [
    'By default 3 retries at once for the whole cluster: under load nearly every retry is refused.',
    ...THRESHOLD_FLAWS,
  ],
  create: ({ maxConnections, maxPendingRequests, maxRequests, maxRetries, protocol, retryBudget }) =>
    new ConcurrencyThresholds({
      maxConnections: protocol === 'http1' ? maxConnections : Infinity,
      maxPendingRequests,
      maxRequests,
      maxRetries,
      retryBudget:
        retryBudget === undefined
          ? null
          : { share: retryBudget.budgetPercent, minRetryConcurrency: retryBudget.minRetryConcurrency },
    }),
});
