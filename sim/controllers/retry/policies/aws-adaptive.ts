import { z } from 'zod';
import { AwsAdaptive, awsAdaptive as sendRate } from '../../rate-limiter/policies/aws-adaptive.ts';
import type { AwsAdaptiveConfig } from '../../rate-limiter/policies/aws-adaptive.ts';
import { defineRetryPolicy } from '../policy.ts';
import { AWS_KNOWN_TO_GET_WRONG, AWS_PARAMETERS, AWS_SOURCES, resolveAws } from './aws-parameters.ts';

/** The rate limiter policy has its defaults and ranges, and is not told twice. */
const sendRateSchema = z.strictObject(sendRate.parameters) as unknown as z.ZodType<AwsAdaptiveConfig>;

export const awsAdaptive = defineRetryPolicy({
  name: 'awsAdaptive',
  product: 'AWS SDK',
  about: 'The standard mode, and attempts of all calls, first ones too, are paced once the service has throttled one.',
  parameters: {
    ...AWS_PARAMETERS,
    sendRate: sendRateSchema
      .prefault({} as never)
      .meta({ description: 'The client-side rate limiter: parameters of the rate limiter policy of the same name.' }),
  },
  sources: [...AWS_SOURCES, ...sendRate.sources],
  knownToGetWrong: [
    ...AWS_KNOWN_TO_GET_WRONG,
    'One rate for a whole client: throttling of one resource slows the calls to all others.',
    'Paced attempts wait without a limit of their own, first ones too.',
    'Only throttling (429) slows it: refusals and timeouts of an overloaded service do not.',
  ],
  create: (config) => ({ ...resolveAws(config), pace: () => new AwsAdaptive(config.sendRate) }),
});
