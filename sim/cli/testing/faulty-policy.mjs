// A rate limiter's policy that breaks down in a worker thread, and only there: for the tests of what is said then.
import { isMainThread } from 'node:worker_threads';

const faulty = {
  name: 'faulty',
  about: 'Breaks down in a worker thread.',
  parameters: {},
  sources: [],
  knownToGetWrong: [],
  create() {
    if (!isMainThread) throw new Error('this policy breaks down');
    return { acquire: () => 0, charge() {}, ended() {}, used: () => 0 };
  },
};

export default { policies: [{ kind: 'rateLimiter', policy: faulty }] };
