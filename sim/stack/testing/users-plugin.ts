import { integer } from '../../controllers/parameters.ts';
import { DENIED, defineLimiterPolicy } from '../../controllers/rate-limiter/policy.ts';
import type { Extension } from '../../controllers/registry.ts';
import { extension as probes } from './probe.ts';

/** A policy of a user's own: denies every n-th attempt of a key. */
const everyNth = defineLimiterPolicy({
  name: 'everyNth',
  about: 'Denies every n-th attempt.',
  parameters: { n: integer({ about: 'Which attempt is denied.', default: 3, min: 1, source: 'this test' }) },
  sources: ['this test'],
  knownToGetWrong: ['It counts, and nothing else.'],
  create: ({ n }) => {
    let asked = 0;
    return {
      acquire: () => (++asked % n === 0 ? DENIED : 0),
      charge: () => undefined,
      ended: () => undefined,
      used: () => 0,
    };
  },
});

/** What a user's module exports: kinds of controllers of its own, and policies of kinds that ship. */
export const extension: Extension = {
  kinds: probes.kinds,
  policies: [{ kind: 'rateLimiter', policy: everyNth }],
};
