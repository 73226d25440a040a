import { defineRetryPolicy } from '../policy.ts';
import { AWS_KNOWN_TO_GET_WRONG, AWS_PARAMETERS, AWS_SOURCES, resolveAws } from './aws-parameters.ts';

export const awsStandard = defineRetryPolicy({
  name: 'awsStandard',
  product: 'AWS SDK',
  about: 'Retries a few times after fully jittered waits, as far as a quota of tokens allows.',
  parameters: AWS_PARAMETERS,
  sources: AWS_SOURCES,
  knownToGetWrong: AWS_KNOWN_TO_GET_WRONG,
  create: resolveAws,
});
