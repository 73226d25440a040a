/**
 * Retries that stop for good measure: a client retries at once, up to three times a call, unless more than a tenth of its
 * calls so far have failed attempts to show. The count is cumulative, so that a few failures among the first calls trip it.
 * After M. Brooker, "Fixing retries with token buckets and circuit breakers", 2022.
 */
const THRESHOLD = 0.1;

const budget = () => {
  let calls = 0;
  let failedAttempts = 0;
  return {
    began: () => void calls++,
    allowance: () => Infinity,
    attemptEnded: (_now, _kind, retryable) => void (failedAttempts += retryable ? 1 : 0),
    tryRetry: () => failedAttempts <= THRESHOLD * calls,
    retryBegan: () => undefined,
    retryDropped: () => undefined,
    ended: () => undefined,
    left: () => (failedAttempts <= THRESHOLD * calls ? 1 : 0),
  };
};

const failureRateBreaker = {
  name: 'failureRateBreaker',
  about: 'Retries up to three times, while at most a tenth of a client’s calls have failed attempts to show.',
  parameters: {},
  sources: ['mbrooker/simulator_example, retry_sim'],
  knownToGetWrong: ['Among a few calls one failure is a tenth: clients of low rates stop retrying too early.'],
  create: () => ({
    tries: 4,
    perTryTimeout: Infinity,
    lastTryTimesOut: true,
    timeout: Infinity,
    retryOn: { kinds: ~0, causes: 0, never: 0 },
    backoff: { delay: () => 0 },
    budget,
    avoidPreviousHosts: false,
    hostSelectionMaxAttempts: 1,
    hedge: null,
    retryAfter: null,
    pace: null,
  }),
};

export const extension = { policies: [{ kind: 'retry', policy: failureRateBreaker }] };
