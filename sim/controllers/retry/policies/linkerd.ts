import { duration, integer, share } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import { ConstantBackoff } from './constant-backoff.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { retryOn } from './retry-on.ts';
import { httpStatuses } from './status-codes.ts';
import { TpsBudget } from './tps-budget.ts';

const PROFILE = 'Linkerd ServiceProfile retryBudget';

export const linkerd = defineRetryPolicy({
  name: 'linkerd',
  product: 'Linkerd',
  about: 'Retries failed answers at once, as often as a budget allows (a ServiceProfile with isRetryable routes).',
  parameters: {
    retryRatio: share({
      about: 'Retries for each call that was not retried, beside the minimum.',
      default: '20%',
      max: '100000%',
      source: PROFILE,
    }),
    minRetriesPerSecond: integer({
      about: 'Retries in reserve for each second of the ttl.',
      default: 10,
      source: PROFILE,
    }),
    ttl: duration({ about: 'How long a deposit counts.', default: '10s', min: '1s', max: '60s', source: PROFILE }),
    timeout: duration({
      about: "The route's timeout, retries included.",
      default: '10s',
      min: '1ns',
      source: 'Linkerd ServiceProfile route timeout',
      unconfirmed: true,
    }),
  },
  sources: [
    'linkerd/linkerd2-proxy 29637b64f linkerd/app/outbound/src/http/retry.rs',
    'tower-rs/tower 8358ee71 tower/src/retry/budget/tps_budget.rs',
  ],
  knownToGetWrong: [
    'Nothing but the budget and the timeout bounds the retries of one call, and there is no wait between them.',
    'Only answers are retried: a connection that fails or breaks is not.',
    'The ratio is cut to 1 in n: 30 % allows as much as 33 %, 70 % as much as 100 %.',
    'Only what is not retried deposits: while all calls fail, the reserve is all there is.',
  ],
  create: ({ retryRatio, minRetriesPerSecond, ttl, timeout }) => ({
    ...PLAIN_POLICY,
    tries: Infinity,
    timeout,
    retryOn: retryOn(httpStatuses(500, 599), ['crashed', 'unreachable', 'noInstance', 'notReady']),
    backoff: new ConstantBackoff(0),
    budget: () => new TpsBudget(ttl, minRetriesPerSecond, retryRatio),
  }),
});
