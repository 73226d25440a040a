import { z } from 'zod';
import { choice } from '../../parameters.ts';
import { defineRetryPolicy } from '../policy.ts';
import { DecorrelatedBackoff } from './decorrelated-backoff.ts';
import { ExponentialBackoff } from './exponential-backoff.ts';
import {
  baseWait,
  capOf,
  checkGeneric,
  GENERIC_PARAMETERS,
  longestWait,
  resolveGeneric,
} from './generic-parameters.ts';
import { JITTERS } from './jitter.ts';

export const exponential = defineRetryPolicy({
  name: 'exponential',
  about: 'Retries after waits that double each time, spread by jitter.',
  parameters: {
    ...GENERIC_PARAMETERS,
    backoff: z
      .strictObject({
        base: baseWait(),
        cap: longestWait(),
        jitter: choice([...JITTERS, 'decorrelated'], {
          about:
            'How a wait v = base * 2^n is spread: not, uniform on [0, v), uniform on [v/2, v), ' +
            'or from base to three times the last wait.',
          default: 'full',
          source: 'M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015',
        }),
      })
      .prefault({} as never)
      .meta({ description: 'How long to wait before each retry.' }),
  },
  check(config) {
    const { base, cap } = config.backoff;
    return cap !== undefined && cap < base ? 'backoff.cap must be at least backoff.base' : checkGeneric(config);
  },
  sources: [
    'M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015',
    'aws-samples/aws-arch-backoff-simulator 66cb169 src/backoff_simulator.py',
  ],
  knownToGetWrong: [
    'Waits spread retries out, they do not make them fewer: in lasting overload every call still comes back.',
    'Without a budget each layer multiplies the attempts of the layers outside it.',
    'Without jitter, calls that failed together come back together.',
  ],
  create(config) {
    const { base, cap, jitter } = config.backoff;
    return resolveGeneric(
      config,
      jitter === 'decorrelated'
        ? new DecorrelatedBackoff(base, capOf(cap))
        : new ExponentialBackoff(base, capOf(cap), jitter),
    );
  },
});
