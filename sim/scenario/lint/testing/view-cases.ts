import type { RuleCases } from './rule-cases.ts';

/** OC201 to OC204. */
export const VIEW_CASES: RuleCases = {
  OC201: {
    finds: {
      'a window shorter than the lag': {
        layers: ['{ name: fuse, kind: circuitBreaker, window: 3s, metrics: { lag: 2s, interval: 2s } } #! 3s'],
      },
      'a window in seconds, as Resilience4j has it': {
        layers: [
          '{ name: fuse, kind: circuitBreaker, policy: resilience4j, slidingWindowType: TIME_BASED, slidingWindowSize: 5, metrics: { lag: 6s } } #! 5, metrics',
        ],
      },
    },
    passes: {
      'where the window is as long as the view is old': {
        layers: ['{ name: fuse, kind: circuitBreaker, window: 4s, metrics: { lag: 2s, interval: 2s } }'],
      },
      'where it sees what passes, live': { layers: ['{ name: fuse, kind: circuitBreaker, window: 1s }'] },
      'where the window counts calls': {
        layers: ['{ name: fuse, kind: circuitBreaker, policy: countWindow, window: 5, metrics: { lag: 60s } }'],
      },
    },
  },
  OC202: {
    finds: {
      'a balancer and a breaker of instances at different lags': {
        layers: [
          '{ name: balancer, kind: loadBalancer, metrics: { lag: 2s } }',
          '{ name: fuse, kind: circuitBreaker, key: instance, metrics: { lag: 3s } } #! 3s',
        ],
      },
      'a live balancer and a late breaker': {
        layers: [
          '{ name: balancer, kind: loadBalancer }',
          '{ name: fuse, kind: circuitBreaker, key: instance, metrics: { lag: 3s } } #! 3s',
        ],
      },
      'two breakers of one service': {
        layers: [
          '{ name: outer, kind: circuitBreaker, metrics: { lag: 5s } } #! 5s',
          '{ name: inner, kind: circuitBreaker }',
        ],
      },
    },
    passes: {
      'where both see the same past': {
        layers: [
          '{ name: balancer, kind: loadBalancer, metrics: { lag: 2s } }',
          '{ name: fuse, kind: circuitBreaker, key: instance, metrics: { lag: 2s, interval: 1s } }',
        ],
      },
      'where the balancer looks at nothing': {
        layers: [
          '{ name: balancer, kind: loadBalancer, policy: roundRobin }',
          '{ name: fuse, kind: circuitBreaker, key: instance, metrics: { lag: 3s } }',
        ],
      },
      'where one is about instances, the other about the service': {
        layers: [
          '{ name: balancer, kind: loadBalancer }',
          '{ name: fuse, kind: circuitBreaker, key: service, metrics: { lag: 3s } }',
        ],
      },
    },
  },
  OC203: {
    finds: {
      'a full scan of an old view': {
        layers: ['{ name: balancer, kind: loadBalancer, choices: all, metrics: { lag: 1s } } #! { lag'],
      },
    },
    passes: {
      'where two are sampled': { layers: ['{ name: balancer, kind: loadBalancer, choices: 2, metrics: { lag: 1s } }'] },
      'where it adds its own picks': {
        layers: ['{ name: balancer, kind: loadBalancer, choices: all, countOwnSince: true, metrics: { lag: 1s } }'],
      },
      'where the view is younger than a request takes': {
        layers: ['{ name: balancer, kind: loadBalancer, choices: all, metrics: { lag: 100ms } }'],
      },
    },
  },
  OC204: {
    finds: {
      'samples with gaps between them': {
        layers: ['{ name: balancer, kind: loadBalancer, metrics: { lag: 1s, interval: 10s, window: 5s } } #! 5s'],
      },
    },
    passes: {
      'where windows meet': {
        layers: ['{ name: balancer, kind: loadBalancer, metrics: { lag: 1s, interval: 10s, window: 10s } }'],
      },
    },
  },
};
