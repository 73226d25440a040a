import { z } from 'zod';
import { NEVER } from '../../../kernel/time.ts';
import { choice, duration, integer, share, someOf } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import { EnvoyBackoff } from './envoy-backoff.ts';
import { EnvoyMaxRetries } from './envoy-max-retries.ts';
import { EnvoyRetryBudget } from './envoy-retry-budget.ts';
import { ENVOY_CONDITIONS, envoyRetryOn, PROTOCOLS, statusCode } from './envoy-retry-on.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { envoyRateLimitedBackoff } from './retry-after.ts';

const ROUTE = 'Envoy route_components.proto RetryPolicy';
const CLUSTER = 'Envoy circuit_breaker.proto Thresholds';

export const envoy = defineRetryPolicy({
  name: 'envoy',
  product: 'Envoy',
  about: 'Retries a few times after fully jittered waits, up to so many retries at once over all calls.',
  parameters: {
    numRetries: integer({ about: 'Retries of one call, the first attempt not counted.', default: 1, source: ROUTE }),
    perTryTimeout: duration({
      about: 'Time for one attempt; if left out, only the route timeout ends one.',
      min: '1ns',
      source: ROUTE,
    }).optional(),
    timeout: duration({
      about: 'The route timeout, which all attempts and waits share; 0s for none.',
      default: '15s',
      source: 'Envoy route_components.proto RouteAction.timeout',
    }),
    retryOn: someOf(ENVOY_CONDITIONS, {
      about: 'Conditions for a retry.',
      default: ['5xx'],
      source: 'overcontrol (Envoy has no default: without retry_on it never retries)',
    }),
    retriableStatusCodes: z
      .array(statusCode())
      .prefault([])
      .meta({ description: `Codes that retriable-status-codes retries: none by default (${ROUTE}).` }),
    protocol: choice(PROTOCOLS, {
      about: 'What the service speaks; conditions on a gRPC status match only for grpc.',
      default: 'http',
      source: 'overcontrol',
    }),
    retryBackOff: z
      .strictObject({
        baseInterval: duration({ about: 'The first interval.', default: '25ms', min: '1ns', max: '1d', source: ROUTE }),
        maxInterval: duration({
          about: 'The longest interval; ten times the first if left out.',
          min: '1ns',
          max: '1d',
          source: ROUTE,
        }).optional(),
      })
      .prefault({} as never)
      .meta({ description: 'Waits are uniform on [0, interval); the interval doubles each time.' }),
    rateLimitedRetryBackOff: z
      .strictObject({
        maxInterval: duration({ about: 'Longer wishes are ignored.', default: '300s', min: '1ns', source: ROUTE }),
      })
      .optional()
      .meta({ description: 'Waits as long as the answer asks for, or up to half as long again; off if left out.' }),
    hostSelectionRetryMaxAttempts: integer({
      about: 'How often a choice that the predicate rejects is repeated.',
      default: 1,
      min: 1,
      source: ROUTE,
    }),
    retryHostPredicate: someOf(['previousHosts'], {
      about: 'Hosts that a retry should not choose again.',
      default: [],
      source: ROUTE,
    }),
    maxRetries: integer({
      about: 'Retries at once over all calls to the cluster; the retry budget replaces it.',
      default: 3,
      source: `${CLUSTER} max_retries`,
    }),
    retryBudget: z
      .strictObject({
        budgetPercent: share({
          about: 'Retries at once, of all active and pending requests.',
          default: '20%',
          source: `${CLUSTER} retry_budget`,
        }),
        minRetryConcurrency: integer({
          about: 'Retries at once that are always allowed.',
          default: 3,
          source: `${CLUSTER} retry_budget`,
        }),
      })
      .optional()
      .meta({ description: 'Bounds retries by the load instead of by a number; off if left out.' }),
  },
  check({ retryBackOff: { baseInterval, maxInterval } }) {
    return maxInterval !== undefined && maxInterval < baseInterval
      ? 'retryBackOff.maxInterval must be at least retryBackOff.baseInterval'
      : undefined;
  },
  sources: [
    'envoyproxy/envoy source/common/router/retry_state_impl.cc, source/common/common/backoff_strategy.cc',
    'envoyproxy/envoy source/common/upstream/resource_manager_impl.h',
    'envoyproxy/envoy test/common/router/retry_state_impl_test.cc, test/common/common/backoff_strategy_test.cc 040783c8',
  ],
  knownToGetWrong: [
    'By default 3 retries at once for the whole cluster: under load nearly every retry is refused, without a word.',
    'Without perTryTimeout one attempt that hangs uses up the whole route timeout, and nothing is left for a retry.',
    'maxRetries and the budget bound retries at once, not in time: quick failures pass through them at any rate.',
    'The budget is of what passes through this proxy now; idle, it allows its minimum to each proxy.',
    'Without a host predicate a retry may go to the host that has just failed.',
  ],
  create(config) {
    const { maxRetries, rateLimitedRetryBackOff, retryBackOff, retryBudget } = config;
    return {
      ...PLAIN_POLICY,
      tries: config.numRetries + 1,
      perTryTimeout: config.perTryTimeout ?? NEVER,
      timeout: config.timeout === 0 ? NEVER : config.timeout,
      retryOn: envoyRetryOn(config.retryOn, config.retriableStatusCodes, config.protocol),
      backoff: new EnvoyBackoff(retryBackOff.baseInterval, retryBackOff.maxInterval),
      budget: () =>
        retryBudget === undefined
          ? new EnvoyMaxRetries(maxRetries)
          : new EnvoyRetryBudget(retryBudget.budgetPercent, retryBudget.minRetryConcurrency),
      avoidPreviousHosts: config.retryHostPredicate.includes('previousHosts'),
      hostSelectionMaxAttempts: config.hostSelectionRetryMaxAttempts,
      retryAfter:
        rateLimitedRetryBackOff === undefined ? null : envoyRateLimitedBackoff(rateLimitedRetryBackOff.maxInterval),
    };
  },
});
