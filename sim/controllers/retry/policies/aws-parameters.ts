import type { z } from 'zod';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { choice, duration, integer } from '../../parameters.ts';
import type { RetryPolicy } from '../policy.ts';
import { AwsBackoff } from './aws-backoff.ts';
import { AWS_COSTS, AWS_COSTS_V2_1, AwsRetryQuota } from './aws-retry-quota.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { AWS_RETRY_AFTER } from './retry-after.ts';
import { RETRIABLE_KINDS, retryOn } from './retry-on.ts';

const STANDARD = 'botocore retries/standard.py';
const DEFAULT_MAX_ATTEMPTS = 3;
const DYNAMODB_MAX_ATTEMPTS = 4;

/** Parameters of both retry modes. */
export const AWS_PARAMETERS = {
  maxAttempts: integer({
    about: 'Most attempts of one call, the first included.',
    default: DEFAULT_MAX_ATTEMPTS,
    min: 1,
    source: STANDARD,
  }),
  version: choice(['2.0', '2.1'], {
    about: 'Version of the rules; 2.1 is what AWS_NEW_RETRIES_2026 turns on.',
    default: '2.0',
    source: STANDARD,
  }),
  service: choice(['other', 'dynamodb'], {
    about: 'Version 2.1 has DynamoDB retry sooner and, unless told otherwise, once more.',
    default: 'other',
    source: STANDARD,
  }),
  maxBackoff: duration({ about: 'The longest wait, before jitter.', default: '20s', source: STANDARD }),
  retryQuota: integer({
    about: 'Tokens of the retry quota, which begins full.',
    default: 500,
    source: 'botocore retries/quota.py',
  }),
  readTimeout: duration({ about: 'Time for one attempt.', default: '60s', min: '1ns', source: 'botocore config.py' }),
};

export type AwsConfig = z.output<z.ZodObject<typeof AWS_PARAMETERS>>;

export function resolveAws(config: AwsConfig): RetryPolicy {
  const newer = config.version === '2.1';
  return {
    ...PLAIN_POLICY,
    tries: newer ? attempts(config) : config.maxAttempts,
    perTryTimeout: config.readTimeout,
    retryOn: retryOn(RETRIABLE_KINDS),
    backoff: new AwsBackoff(newer ? scale(config) : SECOND, SECOND, config.maxBackoff),
    budget: () => new AwsRetryQuota(config.retryQuota, newer ? AWS_COSTS_V2_1 : AWS_COSTS),
    retryAfter: newer ? AWS_RETRY_AFTER : null,
  };
}

/** The default counts as left out even where it is written, as in botocore. */
function attempts({ maxAttempts, service }: AwsConfig): number {
  return service === 'dynamodb' && maxAttempts === DEFAULT_MAX_ATTEMPTS ? DYNAMODB_MAX_ATTEMPTS : maxAttempts;
}

function scale({ service }: AwsConfig): number {
  return (service === 'dynamodb' ? 25 : 50) * MILLISECOND;
}

export const AWS_SOURCES = [
  'boto/botocore 0e6e2404b botocore/retries/standard.py, botocore/retries/quota.py',
  'AWS SDKs and Tools Reference Guide, "Retry behavior"',
];

export const AWS_KNOWN_TO_GET_WRONG = [
  'The quota is per client: many clients that are new or idle hold many full quotas.',
  'A success after two retries gives back the cost of one: the quota shrinks though calls succeed.',
  'An empty quota refills by one token for each call that succeeds at once: while all fail, not at all.',
];
