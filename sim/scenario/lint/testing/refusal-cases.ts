import type { RuleCases } from './rule-cases.ts';

const FUSE = '{ name: fuse, kind: circuitBreaker }';
const OPEN_FUSE = '{ name: fuse, kind: circuitBreaker, propagateCause: true }';

/** OC301 to OC308. */
export const REFUSAL_CASES: RuleCases = {
  OC301: {
    finds: {
      'more calls than come for each client': {
        layers: ['{ name: fuse, kind: circuitBreaker, key: client, window: 1s, minimumCalls: 21 } #! 21'],
      },
      'the default of a product': {
        layers: [
          '{ name: fuse, kind: circuitBreaker, policy: hystrix, key: client, rollingWindow: 500ms } #! { name: fuse',
        ],
      },
    },
    passes: {
      'where just enough come': {
        layers: ['{ name: fuse, kind: circuitBreaker, key: client, window: 1s, minimumCalls: 20 }'],
      },
      'where retries outside make enough': {
        layers: [
          '{ name: again, kind: retry, tries: 2 }',
          '{ name: fuse, kind: circuitBreaker, key: client, window: 1s, minimumCalls: 40 }',
        ],
      },
      'where a surge makes enough': {
        faults: ['{ at: 10s, for: 10s, surge: { traffic: users, factor: 3 } }'],
        layers: ['{ name: fuse, kind: circuitBreaker, key: client, window: 1s, minimumCalls: 60 }'],
      },
    },
  },
  OC302: {
    finds: {
      "another breaker's refusals": {
        layers: ['{ name: outer, kind: circuitBreaker, countRefusals: true } #! true', FUSE],
      },
      "a limiter's 429s": {
        layers: [
          '{ name: outer, kind: circuitBreaker, countLimited: true } #! true',
          '{ name: quota, kind: rateLimiter, rate: 300/s, burst: 30 }',
        ],
      },
    },
    passes: {
      'where the breaker inside says who refused': { layers: ['{ name: outer, kind: circuitBreaker }', OPEN_FUSE] },
      'where 429s are not counted': {
        layers: ['{ name: outer, kind: circuitBreaker }', '{ name: quota, kind: rateLimiter, rate: 300/s, burst: 30 }'],
      },
    },
  },
  OC303: {
    finds: {
      'a penalty for the refusals of a breaker': {
        layers: ['{ name: quota, kind: rateLimiter, rate: 300/s, burst: 30, refusalCost: 2 } #! 2 }', FUSE],
      },
    },
    passes: {
      'where the breaker says who refused': {
        layers: ['{ name: quota, kind: rateLimiter, rate: 300/s, burst: 30, refusalCost: 2 }', OPEN_FUSE],
      },
      'where the breaker stands outside': {
        layers: [FUSE, '{ name: quota, kind: rateLimiter, rate: 300/s, burst: 30, refusalCost: 2 }'],
      },
      'where refusals cost nothing': { layers: ['{ name: quota, kind: rateLimiter, rate: 300/s, burst: 30 }', FUSE] },
    },
  },
  OC304: {
    finds: {
      'a penalty as large as the bucket': {
        layers: ['{ name: quota, kind: rateLimiter, rate: 300/s, burst: 8, refusalCost: 2 } #! 2 }'],
      },
    },
    passes: {
      'where three refusals are borne': {
        layers: ['{ name: quota, kind: rateLimiter, rate: 300/s, burst: 9, refusalCost: 2 }'],
      },
    },
  },
  OC305: {
    finds: {
      'a bucket that the tries of one request empty': {
        layers: [
          '{ name: again, kind: retry, tries: 4 }',
          '{ name: quota, kind: rateLimiter, rate: 300/s, burst: 3 } #! 3 }',
        ],
      },
    },
    passes: {
      'where it holds as many as there are tries': {
        layers: ['{ name: again, kind: retry, tries: 4 }', '{ name: quota, kind: rateLimiter, rate: 300/s, burst: 4 }'],
      },
    },
  },
  OC306: {
    finds: {
      'less than comes': {
        layers: ['{ name: quota, kind: rateLimiter, rate: 19/s, burst: 30, key: client } #! 19/s'],
      },
      'less than comes, though copies add up, for they tell each other': {
        layers: ['{ name: quota, kind: rateLimiter, rate: 20/s, burst: 30, copies: 8, synchronise: 1s } #! 20/s'],
      },
      "Envoy's local rate limit": {
        layers: [
          '{ name: quota, kind: rateLimiter, policy: envoyLocalRateLimit, maxTokens: 100, tokensPerFill: 100, fillInterval: 1s } #! 100, fillInterval',
        ],
      },
      'less than the mean of a profile': {
        traffic:
          '{ name: users, to: api, deadline: 1s, arrivals: { profile: [{ at: 0s, rate: 100/s }, { at: 60s, rate: 300/s }] } }',
        layers: ['{ name: quota, kind: rateLimiter, rate: 199/s, burst: 30 } #! 199/s'],
      },
    },
    passes: {
      'where each of its copies allows a share of what comes': {
        layers: ['{ name: quota, kind: rateLimiter, rate: 20/s, burst: 30, copies: perClient }'],
      },
      'where as much is allowed as comes': {
        layers: ['{ name: quota, kind: rateLimiter, rate: 20/s, burst: 30, key: client }'],
      },
    },
  },
  OC307: {
    finds: {
      'ten percent of eight hosts': {
        layers: ['{ name: balancer, kind: loadBalancer, outlierDetection: { policy: envoy } } #! { policy: envoy'],
      },
      'what is written': {
        layers: [
          '{ name: balancer, kind: loadBalancer, outlierDetection: { policy: envoy, maxEjectionPercent: 12% } } #! 12%',
        ],
      },
    },
    passes: {
      'where the share is one host': {
        layers: [
          '{ name: balancer, kind: loadBalancer, outlierDetection: { policy: envoy, maxEjectionPercent: 12.5% } }',
        ],
      },
      'where one host may always go': {
        layers: [
          '{ name: balancer, kind: loadBalancer, outlierDetection: { policy: envoy, alwaysEjectOneHost: true } }',
        ],
      },
    },
  },
  OC308: {
    finds: {
      'no threshold and all of the hosts': {
        layers: [
          '{ name: balancer, kind: loadBalancer, panicThreshold: 0%, outlierDetection: { policy: envoy, maxEjectionPercent: 100% } } #! 100%',
        ],
      },
    },
    passes: {
      'where a panic threshold stands': {
        layers: [
          '{ name: balancer, kind: loadBalancer, outlierDetection: { policy: envoy, maxEjectionPercent: 100% } }',
        ],
      },
      'where at most half may go': {
        layers: [
          '{ name: balancer, kind: loadBalancer, panicThreshold: 0%, outlierDetection: { policy: envoy, maxEjectionPercent: 50% } }',
        ],
      },
    },
  },
};
