import type { RuleCases } from './rule-cases.ts';

const ONCE = '{ instances: 4, concurrency: 10, queue: { limit: 40 }, serviceTime: 100ms, effect: once }';

/** OC101 to OC110. */
export const RETRY_CASES: RuleCases = {
  OC101: {
    finds: {
      'two retry layers on one edge': {
        layers: [
          '{ name: client, kind: retry, tries: 3 }',
          '{ name: mesh, kind: retry, policy: istio, attempts: 2 } #! 2 }',
        ],
      },
      'hedges of an outer layer': {
        layers: [
          '{ name: hedger, kind: retry, tries: 2, hedge: { after: 50ms } }',
          '{ name: again, kind: retry, tries: 2 } #! 2 }',
        ],
      },
      'retries that a product makes unasked': {
        layers: [
          '{ name: client, kind: retry, tries: 2 }',
          '{ name: mesh, kind: retry, policy: istio } #! { name: mesh',
        ],
      },
    },
    passes: {
      'where the inner layer tries once': {
        layers: [
          '{ name: client, kind: retry, tries: 3 }',
          '{ name: timer, kind: retry, tries: 1, perTryTimeout: 1s }',
        ],
      },
      'where one of them is in shadow': {
        layers: ['{ name: client, kind: retry, tries: 3 }', '{ name: mesh, kind: retry, tries: 2, mode: shadow }'],
      },
    },
  },
  OC102: {
    finds: {
      'tries whose waits make them too long': {
        layers: [
          '{ name: again, kind: retry, tries: 2, perTryTimeout: 500ms, backoff: { base: 25ms, jitter: full } } #! 500ms',
        ],
      },
      'tries beyond the timeout of the call': {
        layers: [
          '{ name: mesh, kind: retry, policy: istio, attempts: 2, perTryTimeout: 300ms, timeout: 600ms } #! 300ms',
        ],
      },
      'tries that a design makes too long': {
        layers: ['{ name: again, kind: retry, tries: 2, perTryTimeout: 400ms, backoff: { base: 25ms } }'],
        designs: ['patient: { set: { again.perTryTimeout: 600ms } } #! 600ms'],
      },
    },
    passes: {
      'where the last answer comes exactly at the deadline': {
        layers: ['{ name: again, kind: retry, tries: 2, perTryTimeout: 500ms, backoff: { base: 0s } }'],
      },
      'where nobody waits for a deadline': {
        traffic: '{ name: users, to: api, arrivals: { poisson: 200/s } }',
        layers: ['{ name: again, kind: retry, tries: 5, perTryTimeout: 5s }'],
      },
    },
  },
  OC103: {
    finds: {
      'an outer try that is shorter than the inner tries': {
        layers: [
          '{ name: outer, kind: retry, tries: 2, perTryTimeout: 400ms } #! 400ms',
          '{ name: inner, kind: retry, tries: 2, perTryTimeout: 300ms, backoff: { base: 0s } }',
        ],
      },
    },
    passes: {
      'where the inner tries just fit': {
        layers: [
          '{ name: outer, kind: retry, tries: 2, perTryTimeout: 600ms }',
          '{ name: inner, kind: retry, tries: 2, perTryTimeout: 300ms, backoff: { base: 0s } }',
        ],
      },
    },
  },
  OC104: {
    finds: {
      'a try shorter than the service takes': {
        layers: ['{ name: again, kind: retry, tries: 2, perTryTimeout: 90ms } #! 90ms'],
      },
    },
    passes: {
      'where the mean fits': { layers: ['{ name: again, kind: retry, tries: 2, perTryTimeout: 100ms }'] },
    },
  },
  OC105: {
    finds: {
      'timeouts that nothing makes': {
        layers: ['{ name: again, kind: retry, retryOn: [refused, timedOut] } #! timedOut'],
      },
    },
    passes: {
      'where a layer inside has a timer': {
        layers: [
          '{ name: again, kind: retry, retryOn: [timedOut] }',
          '{ name: timer, kind: retry, tries: 1, perTryTimeout: 300ms }',
        ],
      },
      'where only refusals are retried': { layers: ['{ name: again, kind: retry, retryOn: [refused] }'] },
    },
  },
  OC106: {
    finds: {
      'retried timeouts of an effect': {
        service: ONCE,
        layers: ['{ name: again, kind: retry, perTryTimeout: 300ms, retryOn: [timedOut] } #! [timedOut]'],
      },
      'a hedged effect': {
        service: ONCE,
        layers: ['{ name: hedger, kind: retry, retryOn: [refused], hedge: { after: 50ms } } #! { after'],
      },
    },
    passes: {
      'where only refusals are retried': {
        service: ONCE,
        layers: ['{ name: again, kind: retry, retryOn: [refused] }'],
      },
      'where the effect is idempotent': {
        layers: ['{ name: again, kind: retry, perTryTimeout: 300ms, retryOn: [timedOut] }'],
      },
    },
  },
  OC107: {
    finds: { 'three tries without a budget': { layers: ['{ name: again, kind: retry, tries: 3 } #! 3 }'] } },
    passes: {
      'where there is a budget': { layers: ['{ name: again, kind: retry, tries: 3, budget: { policy: ratio } }'] },
      'where there is one retry only': { layers: ['{ name: again, kind: retry, tries: 2 }'] },
      'where the product has a budget of its own': { layers: ['{ name: again, kind: retry, policy: awsStandard }'] },
    },
  },
  OC108: {
    finds: { 'retried 429s': { layers: ['{ name: again, kind: retry, retryOn: [refused, limited] } #! [refused'] } },
    passes: {
      'where a budget bounds them': {
        layers: ['{ name: again, kind: retry, retryOn: [refused, limited], budget: { policy: ratio } }'],
      },
    },
  },
  OC109: {
    finds: {
      'the same wait every time': {
        layers: ['{ name: again, kind: retry, backoff: { base: 25ms, jitter: none } } #! none'],
      },
      'a product without jitter by default': {
        layers: ['{ name: again, kind: retry, policy: resilience4j, waitDuration: 100ms } #! 100ms'],
      },
    },
    passes: {
      'where waits are spread': { layers: ['{ name: again, kind: retry, backoff: { base: 25ms, jitter: equal } }'] },
      'where it tries once': {
        layers: ['{ name: again, kind: retry, tries: 1, backoff: { base: 25ms, jitter: none } }'],
      },
    },
  },
  OC110: {
    finds: {
      'a quota inside of retries': {
        layers: [
          '{ name: again, kind: retry, tries: 2 }',
          '{ name: quota, kind: rateLimiter, rate: 300/s, burst: 30 } #! { name: quota',
        ],
      },
    },
    passes: {
      'where the quota stands outside': {
        layers: [
          '{ name: quota, kind: rateLimiter, rate: 300/s, burst: 30 }',
          '{ name: again, kind: retry, tries: 2 }',
        ],
      },
      'where it protects the service': {
        layers: [
          '{ name: again, kind: retry, tries: 2 }',
          '{ name: shed, kind: rateLimiter, purpose: protection, rate: 300/s, burst: 30 }',
        ],
      },
    },
  },
};
