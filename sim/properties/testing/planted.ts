import { Registry } from '../../controllers/registry.ts';
import type { BaselineSource } from '../baseline.ts';

export const REGISTRY = new Registry();

/** A scenario written in a test, as a design is tested on it. */
export function written(name: string, text: string): BaselineSource {
  return { text: `name: ${name}\n${text.replace(/^\n/, '')}`, file: `${name}.yaml`, registry: REGISTRY };
}

/** Three layers that may try again, over a service that always fails: each tries once until it is told otherwise. */
export const THREE_RETRIES = written(
  'three-retries',
  `
duration: 10s
world:
  services:
    api: { instances: 4, concurrency: 8, serviceTime: { exponential: 10ms }, errorRate: 100% }
  traffic:
    - { name: users, to: api, clients: 10, arrivals: { poisson: 50/s }, deadline: 2s }
edges:
  - from: users
    to: api
    layers:
      - { name: client, kind: retry, tries: 1, retryOn: [error], backoff: { base: 5ms } }
      - { name: gateway, kind: retry, tries: 1, retryOn: [error], backoff: { base: 5ms } }
      - { name: mesh, kind: retry, tries: 1, retryOn: [error], backoff: { base: 5ms } }
`,
);

/** A breaker on results that are four seconds late, beside a service that fails for two. */
export const LATE_BREAKER = written(
  'late-breaker',
  `
duration: 40s
world:
  services:
    api: { instances: 2, concurrency: 16, serviceTime: { exponential: 10ms } }
  traffic:
    - { name: users, to: api, clients: 10, arrivals: { deterministic: 100/s }, deadline: 1s }
  faults:
    - { name: blip, at: 15s, for: 2s, errors: { service: api, instances: all, rate: 100% } }
edges:
  - from: users
    to: api
    layers:
      - { name: breaker, kind: circuitBreaker, policy: timeWindow, key: service, source: reported, metrics: { lag: 4s },
          window: 10s, minimumCalls: 20, failureRate: 50%, waitOpen: 5s }
`,
);

/** Outlier detection over four instances, all of which fail for a while. */
export const EJECTION = written(
  'ejection',
  `
duration: 30s
world:
  services:
    api: { instances: 4, concurrency: 8, serviceTime: { exponential: 10ms } }
  traffic:
    - { name: users, to: api, clients: 10, arrivals: { poisson: 80/s }, deadline: 1s }
  faults:
    - { name: outage, at: 5s, for: 10s, errors: { service: api, instances: all, rate: 100% } }
edges:
  - from: users
    to: api
    layers:
      - { name: balancer, kind: loadBalancer, policy: roundRobin, panicThreshold: 0%,
          outlierDetection: { policy: consecutiveErrors, maxEjectionPercent: 10%, interval: 1s } }
`,
);

/** A limiter outside a breaker: it sees who refused, and charges its clients for none but their own. */
export const CHARGING_LIMITER = written(
  'charging-limiter',
  `
duration: 40s
world:
  services:
    api: { instances: 4, concurrency: 8, serviceTime: { exponential: 20ms } }
  traffic:
    - { name: users, to: api, clients: 10, arrivals: { poisson: 100/s }, deadline: 1s }
  faults:
    - { name: sick, at: 10s, for: 20s, errors: { service: api, instances: [0], rate: 100% } }
edges:
  - from: users
    to: api
    layers:
      - { name: sidecar, kind: retry, tries: 3, retryOn: [error, refused], backoff: { base: 5ms } }
      - { name: balancer, kind: loadBalancer, policy: roundRobin }
      - { name: limiter, kind: rateLimiter, policy: tokenBucket, rate: 15/s, burst: 15, key: client, purpose: quota, refusalCost: 8 }
      - { name: breaker, kind: circuitBreaker, policy: timeWindow, key: instance, propagateCause: true,
          window: 5s, minimumCalls: 10, failureRate: 50%, waitOpen: 10s }
`,
);

/** An autoscaler on a steady load, whose metrics are fresh. */
export const AUTOSCALER = written(
  'autoscaler',
  `
duration: 20m
world:
  services:
    api: { instances: { initial: 2, max: 30 }, concurrency: 2, serviceTime: { exponential: 200ms } }
  traffic:
    - { name: users, to: api, clients: 10, arrivals: { poisson: 30/s }, deadline: 5s }
autoscalers:
  - { name: scaler, kind: autoscaler, policy: step, service: api, min: 1, max: 30, scaleUpAt: 70%, scaleDownAt: 50%,
      scaleUpBy: 1, period: 15s, cooldown: 30s, metrics: { lag: 0s, interval: 15s, window: 30s } }
`,
);

/** Retries without a budget at a service with room to spare, whose abandoned work is done all the same. */
export const RETRY_STORM = written(
  'retry-storm',
  `
duration: 60s
world:
  services:
    api: { instances: 2, concurrency: 4, queue: { limit: none }, serviceTime: { exponential: 50ms } }
  traffic:
    - { name: users, to: api, clients: 20, arrivals: { poisson: 80/s }, deadline: 2s }
edges:
  - from: users
    to: api
    layers:
      - { name: sidecar, kind: retry, tries: 4, perTryTimeout: 400ms, retryOn: [timedOut, error], backoff: { base: 10ms } }
`,
);
