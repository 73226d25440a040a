import { z } from 'zod';
import { integer, number } from '../../parameters.ts';
import { ConcurrencyThresholds } from './concurrency-thresholds.ts';
import {
  defineThresholdPolicy,
  THRESHOLD_FLAWS,
  THRESHOLD_PARAMETERS,
  THRESHOLD_SOURCES,
  UINT32_MAX,
} from './threshold-parameters.ts';

const POOL = 'Istio DestinationRule trafficPolicy.connectionPool';
const BUDGET = 'Istio DestinationRule trafficPolicy.retryBudget';

export const istio = defineThresholdPolicy({
  name: 'istio',
  product: 'Istio',
  about: 'Envoy’s thresholds as Istio sets them from a connectionPool: without limits unless they are given.',
  parameters: {
    maxConnections: integer({
      about: 'Connections at once.',
      default: UINT32_MAX,
      max: UINT32_MAX,
      source: `${POOL}.tcp.maxConnections: 2^32-1`,
    }),
    http1MaxPendingRequests: integer({
      about: 'Requests at once that wait for a connection.',
      default: UINT32_MAX,
      max: UINT32_MAX,
      source: `${POOL}.http.http1MaxPendingRequests: 2^32-1`,
    }),
    http2MaxRequests: integer({
      about: 'Requests at once that have a connection, over HTTP/1.1 too.',
      default: UINT32_MAX,
      max: UINT32_MAX,
      source: `${POOL}.http.http2MaxRequests: 2^32-1`,
    }),
    maxRetries: integer({
      about: 'Retries at once; the retry budget replaces it.',
      default: UINT32_MAX,
      max: UINT32_MAX,
      source: `${POOL}.http.maxRetries: 2^32-1`,
    }),
    retryBudget: z
      .strictObject({
        percent: number({
          about: 'Retries at once, in percent of all active and pending requests.',
          default: 20,
          min: 0,
          max: 100,
          source: `${BUDGET}.percent`,
        }),
        minRetryConcurrency: integer({
          about: 'Retries at once that are always allowed.',
          default: 3,
          max: UINT32_MAX,
          source: `${BUDGET}.minRetryConcurrency`,
        }),
      })
      .optional()
      .describe('Bounds retries by the load instead of by a number; off if left out.'),
    ...THRESHOLD_PARAMETERS,
  },
  sources: [...THRESHOLD_SOURCES, 'istio/istio @86c9f01fd73 pilot/pkg/networking/core', 'istio/api networking/v1'],
  knownToGetWrong: [
    'By default it limits nothing at all, where Envoy alone has 1024 of each and 3 retries.',
    'Each sidecar has limits of its own (copies: perCallerInstance): no client sees the load that the others make.',
    ...THRESHOLD_FLAWS,
  ],
  create: ({ maxConnections, http1MaxPendingRequests, http2MaxRequests, maxRetries, protocol, retryBudget }) =>
    new ConcurrencyThresholds({
      maxConnections: protocol === 'http1' ? maxConnections : Infinity,
      maxPendingRequests: http1MaxPendingRequests,
      maxRequests: http2MaxRequests,
      maxRetries,
      retryBudget:
        retryBudget === undefined
          ? null
          : { share: retryBudget.percent / 100, minRetryConcurrency: retryBudget.minRetryConcurrency },
    }),
});
