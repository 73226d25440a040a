import { describe, expect, it } from 'vitest';
import { imported, stackOf } from '../testing/imported.ts';

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec:
  parentRefs: [{ name: eg }]
  rules:
  - matches: [{ path: { type: PathPrefix, value: / } }]
    retry: { attempts: 2, codes: [500, 503], backoff: 100ms }
    timeouts: { backendRequest: 200ms, request: 400ms }
    backendRefs: [{ name: backend, port: 80 }]
`;

const POLICY = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: policy }
spec:
  targetRef: { group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop }
  retry:
    numRetries: 5
    retryOn: { httpStatusCodes: [503], triggers: [connect-failure, retriable-status-codes] }
    perRetry: { timeout: 250ms, backoff: { baseInterval: 2s, maxInterval: 1s } }
  circuitBreaker: { maxParallelRequests: 40, maxParallelRetries: 6, maxPendingRequests: 3 }
  loadBalancer: { type: Random }
  healthCheck:
    active: { interval: 3s }
    passive: { baseEjectionTime: 160s, interval: 2s, maxEjectionPercent: 100, consecutive5XxErrors: 5, consecutiveGatewayErrors: 0 }
  rateLimit: { local: { rules: [{ limit: { requests: 10, unit: Minute } }] } }
  admissionControl: { samplingWindow: 30s, minSuccessRate: 95, rejectionAggression: 2 }
`;

describe('an HTTPRoute', () => {
  it('becomes retries and deadlines of its own traffic', () => {
    const { scenario, settings, warnings } = imported(ROUTE);
    expect(scenario.world.traffic.map(({ name, to }) => [name, to])).toEqual([['shop', 'backend']]);
    expect(settings).toEqual(
      expect.arrayContaining([
        'backend-retry.numRetries = 2 @8',
        'backend-retry.retriableStatusCodes = [500,503] @8',
        'backend-retry.perTryTimeout = 200ms @9',
        'backend-retry.timeout = 400ms @9',
      ]),
    );
    expect(warnings).toEqual([]);
  });

  it('makes no retry layer where it says nothing of retries or time', () => {
    const { scenario } = imported(ROUTE.replace(/ {4}(retry|timeouts):.*\n/g, ''));
    expect(stackOf(scenario)).toEqual([]);
  });
});

describe('a BackendTrafficPolicy', () => {
  it('becomes the whole stack of the route that it is for', () => {
    const { scenario, settings } = imported(POLICY, ROUTE.replace(/ {4}(retry|timeouts):.*\n/g, ''));
    expect(stackOf(scenario)).toEqual([
      'backend-rate-limit: envoyLocalRateLimit',
      'backend-admission-control: adaptiveThrottle',
      'backend-retry: envoy',
      'backend-balancer: random',
      'backend-thresholds: envoy',
    ]);
    expect(settings).toEqual(
      expect.arrayContaining([
        'backend-rate-limit.fillInterval = 1m @15',
        'backend-admission-control.window = 30s @16',
        'backend-admission-control.k = 1.05263 @16',
        'backend-retry.numRetries = 5 @7',
        'backend-retry.perTryTimeout = 250ms @9',
        'backend-retry.maxRetries = 6 @10',
        'backend-thresholds.maxRequests = 40 @10',
        'backend-thresholds.maxRetries = 6 @10',
        'backend-balancer.healthCheck.interval = 3s @13',
        'backend-balancer.outlierDetection.consecutive5xx = 5 @14',
        'backend-balancer.outlierDetection.enforcingConsecutiveGatewayFailure = 0% @14',
      ]),
    );
  });

  it('has values that Envoy refuses left out, and told of like all that is not understood', () => {
    const { warnings } = imported(POLICY);
    expect(warnings).toEqual([
      '9: spec.retry.perRetry.backoff.baseInterval: "2s" cannot be `retryBackOff.baseInterval` of `envoy`: retryBackOff.maxInterval must be at least retryBackOff.baseInterval',
      '9: spec.retry.perRetry.backoff.maxInterval: "1s" cannot be `retryBackOff.maxInterval` of `envoy`: retryBackOff.maxInterval must be at least retryBackOff.baseInterval',
      '16: spec.admissionControl.minSuccessRate: admission control is imported as adaptive throttling, which has no exponent, no least rate and no highest share of rejections',
      '16: spec.admissionControl.rejectionAggression: not understood: no setting of a scenario takes it',
    ]);
  });
});
