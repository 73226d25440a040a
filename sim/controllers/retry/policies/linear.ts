import { z } from 'zod';
import { choice } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import {
  baseWait,
  capOf,
  checkGeneric,
  GENERIC_PARAMETERS,
  longestWait,
  resolveGeneric,
} from './generic-parameters.ts';
import { JITTERS } from './jitter.ts';
import { LinearBackoff } from './linear-backoff.ts';

export const linear = defineRetryPolicy({
  name: 'linear',
  about: 'Retries after waits that grow by the same step each time.',
  parameters: {
    ...GENERIC_PARAMETERS,
    backoff: z
      .strictObject({
        base: baseWait(),
        cap: longestWait(),
        jitter: choice(JITTERS, {
          about: 'How a wait v = base * n is spread: not, uniform on [0, v), or uniform on [v/2, v).',
          default: 'full',
          source: 'overcontrol',
        }),
      })
      .prefault({} as never)
      .meta({ description: 'How long to wait before each retry.' }),
  },
  check(config) {
    const { base, cap } = config.backoff;
    return cap !== undefined && cap < base ? 'backoff.cap must be at least backoff.base' : checkGeneric(config);
  },
  sources: ['overcontrol'],
  knownToGetWrong: ['Waits grow too slowly to leave an overloaded service alone.'],
  create(config) {
    const { base, cap, jitter } = config.backoff;
    return resolveGeneric(config, new LinearBackoff(base, capOf(cap), jitter));
  },
});
