import { z } from 'zod';
import { choice } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import { ConstantBackoff } from './constant-backoff.ts';
import { baseWait, checkGeneric, GENERIC_PARAMETERS, resolveGeneric } from './generic-parameters.ts';
import { JITTERS } from './jitter.ts';

export const constant = defineRetryPolicy({
  name: 'constant',
  about: 'Retries after the same wait each time; a base of 0s retries at once.',
  parameters: {
    ...GENERIC_PARAMETERS,
    backoff: z
      .strictObject({
        base: baseWait(),
        jitter: choice(JITTERS, {
          about: 'How the wait v = base is spread: not, uniform on [0, v), or uniform on [v/2, v).',
          default: 'full',
          source: 'overcontrol',
        }),
      })
      .prefault({} as never)
      .meta({ description: 'How long to wait before each retry.' }),
  },
  check: checkGeneric,
  sources: ['overcontrol'],
  knownToGetWrong: ['Its waits do not grow, however long the service has been failing.'],
  create: (config) => resolveGeneric(config, new ConstantBackoff(config.backoff.base, config.backoff.jitter)),
});
