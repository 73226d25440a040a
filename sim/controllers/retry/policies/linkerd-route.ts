import { z } from 'zod';
import { MILLISECOND, NEVER } from '../../../kernel/time.ts';
import { duration, integer } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import { LinkerdBackoff } from './linkerd-backoff.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { retryOn } from './retry-on.ts';
import type { RetryCondition } from './retry-on.ts';
import { httpStatuses } from './status-codes.ts';

const ANNOTATIONS = 'Linkerd policy-controller parse_http_retry';
const CONDITION = /^(?:5xx|gateway-error|[1-5]\d\d(?:-[1-5]\d\d)?)$/;

/** Set by the policy controller, not to be configured. */
const MIN_BACKOFF = 25 * MILLISECOND;
const MAX_BACKOFF = 250 * MILLISECOND;
const JITTER_RATIO = 1;

export const linkerdRoute = defineRetryPolicy({
  name: 'linkerdRoute',
  product: 'Linkerd',
  about: 'Retries some status codes a few times after growing waits (retry.linkerd.io annotations on a route).',
  parameters: {
    limit: integer({
      about: 'Retries of one call, the first attempt not counted.',
      default: 1,
      min: 1,
      source: ANNOTATIONS,
    }),
    timeout: duration({
      about: 'Time for one attempt to answer, the last one excepted; no limit if left out.',
      min: '1ns',
      source: ANNOTATIONS,
    }).optional(),
    requestTimeout: duration({
      about: 'Time for the whole call (timeout.linkerd.io/request); no limit if left out.',
      min: '1ns',
      source: 'Linkerd timeout annotations',
    }).optional(),
    http: z
      .array(
        z
          .string()
          .regex(CONDITION, { error: 'expected 5xx, gateway-error, a status code, or a range such as 500-503' }),
      )
      .prefault(['5xx'])
      .meta({ description: 'What is retried: 5xx, gateway-error, codes, ranges of codes (default 5xx: overcontrol).' }),
  },
  sources: [
    'linkerd/linkerd2-proxy linkerd/app/outbound/src/http/logical/policy/route/retry.rs, linkerd/http/retry/src/lib.rs',
    'linkerd/linkerd2 policy-controller/grpc/src/outbound/http.rs',
  ],
  knownToGetWrong: [
    'There is no budget: under lasting failure every call makes all its retries.',
    'The last attempt has no timeout of its own: where the service hangs it waits for the request timeout.',
    'It ignores a ServiceProfile, and a ServiceProfile turns it off.',
  ],
  create: (config) => ({
    ...PLAIN_POLICY,
    tries: config.limit + 1,
    perTryTimeout: config.timeout ?? NEVER,
    lastTryTimesOut: false,
    timeout: config.requestTimeout ?? NEVER,
    // A timeout of its own, a service without a ready endpoint and a refused stream are retried whatever is listed.
    retryOn: retryOn([...config.http.flatMap(statuses), 'perTryTimeout', 'noInstance', 'overflow']),
    backoff: new LinkerdBackoff(MIN_BACKOFF, MAX_BACKOFF, JITTER_RATIO),
  }),
});

function statuses(condition: string): RetryCondition[] {
  if (condition === '5xx') return httpStatuses(500, 599);
  if (condition === 'gateway-error') return httpStatuses(502, 504);
  const [from, to] = condition.split('-');
  return httpStatuses(Number(from), Number(to ?? from));
}
