import { NEVER } from '../../../kernel/time.ts';
import { duration, number, someOf } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import { GrpcBackoff } from './grpc-backoff.ts';
import { A6, attemptsOf, GRPC_PARAMETERS, throttleOf } from './grpc-throttling.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { GRPC_PUSHBACK } from './retry-after.ts';
import { retryOn } from './retry-on.ts';
import { GRPC_STATUS, GRPC_STATUS_NAMES } from './status-codes.ts';

export const grpc = defineRetryPolicy({
  name: 'grpc',
  product: 'gRPC',
  about: 'Retries some status codes after growing waits, unless failures outweigh successes (retry throttling).',
  parameters: {
    ...GRPC_PARAMETERS,
    initialBackoff: duration({ about: 'The first wait, give or take a fifth.', min: '1ns', source: A6 }),
    maxBackoff: duration({ about: 'The longest wait, give or take a fifth.', min: '1ns', source: A6 }),
    backoffMultiplier: number({ about: 'Factor from wait to wait.', min: 0.001, source: A6 }),
    retryableStatusCodes: someOf(GRPC_STATUS_NAMES, { about: 'Status codes that are retried.', source: A6 }),
  },
  check: ({ retryableStatusCodes }) =>
    retryableStatusCodes.length === 0 ? 'retryableStatusCodes must name at least one code' : undefined,
  sources: ['gRFC A6 client retries 1fd061a', 'grpc/grpc-go 4793ad047 stream.go, clientconn.go'],
  knownToGetWrong: [
    'Throttling is off unless it is configured.',
    'The count falls by 1 for each failed attempt, so a few calls with many attempts stop retries for all.',
    'Throttling lasts until successes have paid it back: at a ratio of 0.1, ten successes for each failure.',
    'A call that has received response headers is never retried.',
  ],
  create: (config) => ({
    ...PLAIN_POLICY,
    tries: attemptsOf(config.maxAttempts),
    timeout: config.timeout ?? NEVER,
    retryOn: retryOn(config.retryableStatusCodes.flatMap((code) => GRPC_STATUS[code])),
    backoff: new GrpcBackoff(config.initialBackoff, config.maxBackoff, config.backoffMultiplier),
    budget: throttleOf(config.retryThrottling),
    retryAfter: GRPC_PUSHBACK,
  }),
});
