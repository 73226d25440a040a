import { z } from 'zod';
import { MAX_TIME, MILLISECOND, NEVER } from '../../../kernel/time.ts';
import { choice, duration, integer, share, someOf } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import type { Backoff, RetryBudget } from '../policy.ts';
import { ConstantBackoff } from './constant-backoff.ts';
import { FinagleDecorrelatedBackoff } from './finagle-decorrelated-backoff.ts';
import { FinagleEqualJitteredBackoff } from './finagle-equal-jittered-backoff.ts';
import { FinagleExponentialBackoff } from './finagle-exponential-backoff.ts';
import { FinagleExponentialJitteredBackoff } from './finagle-exponential-jittered-backoff.ts';
import { FinagleLinearBackoff } from './finagle-linear-backoff.ts';
import { FinagleRetryBudget } from './finagle-retry-budget.ts';
import { FixedRetryBudget } from './fixed-retry-budget.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { RETRY_CONDITIONS, retryOn } from './retry-on.ts';

const BUDGET = 'Finagle RetryBudget.scala';
const STREAMS = 'Finagle Backoff.scala';

const backoffSchema = z.strictObject({
  kind: choice(['const', 'linear', 'exponential', 'exponentialJittered', 'equalJittered', 'decorrelatedJittered'], {
    about: 'How waits grow.',
    source: STREAMS,
  }),
  start: duration({ about: 'The first wait.', source: STREAMS }),
  multiplier: integer({ about: 'Factor of exponential.', default: 2, source: 'overcontrol' }),
  offset: duration({ about: 'Step of linear.', default: '0s', source: 'overcontrol' }),
  maximum: duration({ about: 'The longest wait; needed by the jittered kinds.', source: STREAMS }).optional(),
});
export type FinagleBackoffConfig = z.output<typeof backoffSchema>;

/** The stream of waits that a configuration names; each is a page of its own. */
export function finagleBackoff(config: FinagleBackoffConfig): Backoff {
  const { kind, start, multiplier, offset } = config;
  const maximum = config.maximum ?? MAX_TIME;
  switch (kind) {
    case 'const':
      return new ConstantBackoff(start);
    case 'linear':
      return new FinagleLinearBackoff(start, offset, maximum);
    case 'exponential':
      return new FinagleExponentialBackoff(start, multiplier, maximum);
    case 'exponentialJittered':
      return new FinagleExponentialJitteredBackoff(start, maximum);
    case 'equalJittered':
      return new FinagleEqualJitteredBackoff(start, maximum);
    case 'decorrelatedJittered':
      return new FinagleDecorrelatedBackoff(start, maximum);
  }
}

/** What Finagle makes of the three numbers: no reserve and no percentage is the budget that is always empty. */
export function finagleBudget(
  ttl: number,
  minRetriesPerSec: number,
  percentCanRetry: number,
  maxRetriesPerReq = Infinity,
): RetryBudget {
  if (minRetriesPerSec === 0 && percentCanRetry === 0) return new FixedRetryBudget(0);
  return new FinagleRetryBudget(ttl, minRetriesPerSec, percentCanRetry, maxRetriesPerReq);
}

export const finagle = defineRetryPolicy({
  name: 'finagle',
  product: 'Finagle',
  about: 'Requeues what was rejected before it was processed, at once, as far as a leaking budget of retries allows.',
  parameters: {
    ttl: duration({ about: 'How long a deposit counts.', default: '10s', min: '1s', max: '60s', source: BUDGET }),
    minRetriesPerSec: integer({ about: 'Retries in reserve for each second of the ttl.', default: 10, source: BUDGET }),
    percentCanRetry: share({
      about: 'Retries for each call, beside the reserve.',
      default: '20%',
      max: '100000%',
      source: BUDGET,
    }),
    maxRetriesPerReq: share({
      about: 'Share of the balance that the retries of one call may use, if numTries is left out.',
      default: '20%',
      max: '100000%',
      source: 'Finagle Retries.scala MaxRequeuesPerReq',
    }),
    numTries: integer({
      about:
        'Most attempts of one call, the first included (RetryPolicy.tries); left out, only the budget bounds them.',
      min: 1,
      source: 'Finagle RetryPolicy.scala',
    }).optional(),
    shouldRetry: someOf(RETRY_CONDITIONS, {
      about: 'Failures that are retried: rejections (WriteExceptionsOnly) by default.',
      default: ['refused'],
      source: 'Finagle RetryPolicy.scala',
    }),
    backoff: backoffSchema.optional().meta({
      description:
        'Waits; if left out none for requeues, decorrelatedJittered from 5ms to 200ms with numTries ' +
        '(Finagle Retries.scala, RetryPolicy.scala).',
    }),
    requestTimeout: duration({ about: 'Time for one attempt; no limit if left out.', min: '1ns' }).optional(),
    totalTimeout: duration({ about: 'Time for the whole call; no limit if left out.', min: '1ns' }).optional(),
  },
  check({ backoff }) {
    if (backoff === undefined || !backoff.kind.endsWith('ittered')) return undefined;
    if (backoff.maximum === undefined) return `backoff.maximum is needed by ${backoff.kind}`;
    if (backoff.start === 0) return `backoff.start must be above 0s for ${backoff.kind}`;
    return backoff.maximum < backoff.start ? 'backoff.maximum must be at least backoff.start' : undefined;
  },
  sources: [
    'twitter/finagle 4feb34cb9 finagle-core RetryBudget.scala, RequeueFilter.scala, Retries.scala, RetryPolicy.scala, Backoff.scala',
    'twitter/util 17c8187d9 util-core TokenBucket.scala, WindowedAdder.scala',
  ],
  knownToGetWrong: [
    'Requeues have no wait: what failed because of load comes back at once.',
    'The reserve is per client: a thousand idle clients may retry ten thousand times a second.',
    'What is taken from the reserve comes back only when the debit leaves the window, all at once.',
    'Deposits leak away before the debits that used them: a burst of calls can leave the budget in debt.',
    'exponentialJittered multiplies the last drawn wait, so that its factors compound.',
  ],
  create(config) {
    const { ttl, minRetriesPerSec, percentCanRetry, numTries, backoff } = config;
    const requeues = numTries === undefined;
    return {
      ...PLAIN_POLICY,
      tries: numTries ?? Infinity,
      perTryTimeout: config.requestTimeout ?? NEVER,
      timeout: config.totalTimeout ?? NEVER,
      retryOn: retryOn(config.shouldRetry),
      backoff: backoff === undefined ? defaultBackoff(requeues) : finagleBackoff(backoff),
      budget: () =>
        finagleBudget(ttl, minRetriesPerSec, percentCanRetry, requeues ? config.maxRetriesPerReq : Infinity),
    };
  },
});

function defaultBackoff(requeues: boolean): Backoff {
  return requeues ? new ConstantBackoff(0) : new FinagleDecorrelatedBackoff(5 * MILLISECOND, 200 * MILLISECOND);
}
