import { z } from 'zod';
import { NEVER } from '../../../kernel/time.ts';
import { choice, duration, flag, integer, share, someOf } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import type { RetryBudget } from '../policy.ts';
import { EnvoyBackoff } from './envoy-backoff.ts';
import { EnvoyMaxRetries } from './envoy-max-retries.ts';
import { EnvoyRetryBudget } from './envoy-retry-budget.ts';
import { ENVOY_CONDITIONS, envoyRetryOn, PROTOCOLS, statusCode } from './envoy-retry-on.ts';
import type { EnvoyCondition } from './envoy-retry-on.ts';
import { PLAIN_POLICY } from './plain-policy.ts';

const RETRY = 'Istio pilot/pkg/networking/core/route/retry/retry.go';
const API = 'Istio api networking/v1alpha3';
/** Not to be configured in Istio. */
const HOST_SELECTION_MAX_ATTEMPTS = 5;

export const istio = defineRetryPolicy({
  name: 'istio',
  product: 'Istio',
  about: "Envoy's retries as Istio sets them up for every route, whether asked or not.",
  parameters: {
    attempts: integer({
      about: 'Retries of one call, the first attempt not counted; 0 for none.',
      default: 2,
      source: RETRY,
    }),
    perTryTimeout: duration({
      about: "Time for one attempt; if left out, only the route's timeout ends one.",
      min: '1ns',
      source: `${API} HTTPRetry`,
    }).optional(),
    timeout: duration({
      about: "The route's timeout, which all attempts and waits share; none if left out.",
      min: '1ns',
      source: `${API} HTTPRoute`,
    }).optional(),
    retryOn: someOf(ENVOY_CONDITIONS, {
      about: 'Conditions for a retry; status codes stand in retriableStatusCodes.',
      default: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'],
      source: RETRY,
    }),
    retriableStatusCodes: z
      .array(statusCode())
      .prefault([])
      .meta({ description: `Codes that are retried: none by default, since Istio leaves out 503 (${RETRY}).` }),
    protocol: choice(PROTOCOLS, {
      about: 'What the service speaks; conditions on a gRPC status match only for grpc.',
      default: 'http',
      source: 'overcontrol',
    }),
    backoff: duration({
      about: 'The base interval; the longest is ten times it.',
      default: '25ms',
      min: '1ns',
      max: '2h',
      source: `${API} HTTPRetry`,
    }),
    consistentHash: flag({
      about: 'Whether the route balances by a hash: then a retry goes where the first attempt went.',
      default: false,
      source: `${RETRY} DefaultConsistentHashPolicy`,
    }),
    retryIgnorePreviousHosts: flag({
      about: 'Whether retries avoid hosts that were tried; if left out, they do unless the route balances by a hash.',
      source: `${API} HTTPRetry`,
    }).optional(),
    maxRetries: integer({
      about: 'Retries at once over all calls to the service (connectionPool.http); 2^32 - 1 if left out.',
      source: `${API} ConnectionPoolSettings`,
    }).optional(),
    retryBudget: z
      .strictObject({
        percent: share({
          about: 'Retries at once, of all active and pending requests.',
          default: '20%',
          source: `${API} TrafficPolicy.RetryBudget`,
        }),
        minRetryConcurrency: integer({
          about: 'Retries at once that are always allowed.',
          default: 3,
          source: `${API} TrafficPolicy.RetryBudget`,
        }),
      })
      .optional()
      .meta({ description: 'Bounds retries by the load, and replaces maxRetries; off if left out.' }),
  },
  sources: [
    'istio/istio 86c9f01fd73 pilot/pkg/networking/core/route/retry/retry.go',
    'istio/api b8f8791d9 networking/v1alpha3',
  ],
  knownToGetWrong: [
    'It retries though nobody asked for it: a route without a retries stanza has two.',
    'By default nothing bounds retries over all calls: maxRetries is 2^32 - 1 and there is no budget.',
    'attempts counts retries, not attempts.',
    'A 503 of the service itself is not retried unless its code is listed; refusals before it are.',
  ],
  create(config) {
    const { retryBudget, maxRetries } = config;
    return {
      ...PLAIN_POLICY,
      tries: config.attempts + 1,
      perTryTimeout: config.perTryTimeout ?? NEVER,
      timeout: config.timeout ?? NEVER,
      retryOn: envoyRetryOn(
        withCodes(config.retryOn, config.retriableStatusCodes),
        config.retriableStatusCodes,
        config.protocol,
      ),
      backoff: new EnvoyBackoff(config.backoff),
      budget: budgetOf(retryBudget, maxRetries),
      avoidPreviousHosts: config.retryIgnorePreviousHosts ?? !config.consistentHash,
      hostSelectionMaxAttempts: HOST_SELECTION_MAX_ATTEMPTS,
    };
  },
});

/** Istio adds `retriable-status-codes` where a status code is listed without it. */
function withCodes(conditions: readonly EnvoyCondition[], codes: readonly number[]): readonly EnvoyCondition[] {
  return codes.length > 0 ? [...conditions, 'retriable-status-codes'] : conditions;
}

function budgetOf(
  budget: { readonly percent: number; readonly minRetryConcurrency: number } | undefined,
  maxRetries: number | undefined,
): (() => RetryBudget) | null {
  if (budget !== undefined) return () => new EnvoyRetryBudget(budget.percent, budget.minRetryConcurrency);
  return maxRetries === undefined ? null : () => new EnvoyMaxRetries(maxRetries);
}
