import { NEVER } from '../../../kernel/time.ts';
import { duration, someOf } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import { ConstantBackoff } from './constant-backoff.ts';
import { A6, attemptsOf, GRPC_PARAMETERS, throttleOf } from './grpc-throttling.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { GRPC_PUSHBACK } from './retry-after.ts';
import { retryOn } from './retry-on.ts';
import { GRPC_STATUS, GRPC_STATUS_NAMES } from './status-codes.ts';

export const grpcHedging = defineRetryPolicy({
  name: 'grpcHedging',
  product: 'gRPC',
  about: 'Sends further copies of a call while no answer has come, to other instances where it can.',
  parameters: {
    ...GRPC_PARAMETERS,
    hedgingDelay: duration({
      about: 'Time without a success until the next copy; 0s sends all at once.',
      default: '0s',
      source: A6,
    }),
    nonFatalStatusCodes: someOf(GRPC_STATUS_NAMES, {
      about: 'Status codes after which the next copy is sent at once; any other ends the call.',
      default: [],
      source: A6,
    }),
  },
  sources: ['gRFC A6 client retries 1fd061a, "Hedging Policy"'],
  knownToGetWrong: [
    'With the default delay of 0 every call is sent maxAttempts times.',
    'Copies cost capacity just when the service is slow because it has none.',
    'An effect that is carried out once by each copy is carried out several times.',
  ],
  create(config) {
    const tries = attemptsOf(config.maxAttempts);
    return {
      ...PLAIN_POLICY,
      tries,
      timeout: config.timeout ?? NEVER,
      retryOn: retryOn(config.nonFatalStatusCodes.flatMap((code) => GRPC_STATUS[code])),
      backoff: new ConstantBackoff(0),
      budget: throttleOf(config.retryThrottling),
      avoidPreviousHosts: true,
      hedge: { after: config.hedgingDelay, max: tries - 1, onFailure: 'nextCopy' },
      retryAfter: GRPC_PUSHBACK,
    };
  },
});
