import { integer } from '../../parameters.ts';
import type { RetryOn } from '../policy.ts';
import { retryOn } from './retry-on.ts';
import type { RetryCondition } from './retry-on.ts';
import { GRPC_STATUS, httpStatuses } from './status-codes.ts';

/** No answer at all: the connection failed or broke. */
const NO_CONNECTION = ['unreachable', 'crashed', 'notReady'] as const satisfies readonly RetryCondition[];

/**
 * Envoy's conditions over HTTP, as kinds and visible causes. `retriable-4xx` is status 409 alone, which nothing here
 * answers.
 */
const OVER_HTTP = {
  '5xx': [...httpStatuses(500, 599), ...NO_CONNECTION, 'perTryTimeout'],
  'gateway-error': [...httpStatuses(502, 504), ...NO_CONNECTION, 'perTryTimeout'],
  reset: ['unreachable', 'crashed', 'notReady', 'perTryTimeout'],
  'reset-before-request': NO_CONNECTION,
  'connect-failure': NO_CONNECTION,
  'refused-stream': ['overflow'],
  'envoy-ratelimited': ['rateLimited'],
  'retriable-4xx': [],
  'retriable-status-codes': [],
} as const satisfies Readonly<Record<string, readonly RetryCondition[]>>;

/** Its conditions on a gRPC status, which a service has that speaks gRPC. */
const OVER_GRPC = {
  cancelled: [],
  'deadline-exceeded': GRPC_STATUS.DEADLINE_EXCEEDED,
  internal: GRPC_STATUS.INTERNAL,
  'resource-exhausted': GRPC_STATUS.RESOURCE_EXHAUSTED,
  unavailable: GRPC_STATUS.UNAVAILABLE,
} as const satisfies Readonly<Record<string, readonly RetryCondition[]>>;

type HttpCondition = keyof typeof OVER_HTTP;
type GrpcCondition = keyof typeof OVER_GRPC;
export type EnvoyCondition = HttpCondition | GrpcCondition;
export const ENVOY_CONDITIONS = [...Object.keys(OVER_HTTP), ...Object.keys(OVER_GRPC)] as EnvoyCondition[];

export const PROTOCOLS = ['http', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** One entry of `retriableStatusCodes`. */
export const statusCode = () => integer({ about: 'An HTTP status code.', min: 100, max: 599 });

/**
 * What Envoy retries, given `retry_on` and `retriable_status_codes`. Whatever they say, it does not retry what its own
 * circuit breakers refuse, nor where there is no host to choose, nor an answer that says it was rate limited (unless
 * `envoy-ratelimited` is listed): as far as these causes are visible.
 *
 * Source: envoyproxy/envoy source/common/router/retry_state_impl.cc wouldRetryFromHeaders, wouldRetryFromReset;
 * source/common/router/router.cc sendNoHealthyUpstreamResponse.
 */
export function envoyRetryOn(
  conditions: readonly EnvoyCondition[],
  statusCodes: readonly number[],
  protocol: Protocol,
): RetryOn {
  const chosen: RetryCondition[] = [];
  for (const condition of conditions) {
    if (condition in OVER_HTTP) chosen.push(...OVER_HTTP[condition as HttpCondition]);
    else if (protocol === 'grpc') chosen.push(...OVER_GRPC[condition as GrpcCondition]);
  }
  if (conditions.includes('retriable-status-codes')) chosen.push(...statusCodes.flatMap((code) => httpStatuses(code)));
  const rateLimited = conditions.includes('envoy-ratelimited') ? [] : (['rateLimited'] as const);
  return retryOn(chosen, ['circuitOpen', 'noInstance', ...rateLimited]);
}
