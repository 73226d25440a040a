import { describe, expect, it } from 'vitest';
import { imported, stackOf } from '../testing/imported.ts';

describe("Linkerd's manifests", () => {
  it('are retries of a route by its annotations', () => {
    const { scenario, settings, warnings } = imported(`apiVersion: gateway.networking.k8s.io/v1beta1
kind: HTTPRoute
metadata:
  name: read
  annotations:
    retry.linkerd.io/http: 5xx,gateway-error
    retry.linkerd.io/limit: "2"
    retry.linkerd.io/timeout: 150ms
    timeout.linkerd.io/request: 1s
    retry.linkerd.io/grpc: internal
spec:
  parentRefs: [{ name: api, kind: Service }]
  rules: [{ matches: [] }]
`);
    expect(stackOf(scenario)).toEqual(['api-retry: linkerdRoute']);
    expect(settings).toEqual([
      'api-retry.limit = 2 @7',
      'api-retry.timeout = 150ms @8',
      'api-retry.http = ["5xx","gateway-error"] @6',
      'api-retry.requestTimeout = 1s @9',
    ]);
    expect(warnings).toEqual([
      '10: metadata.annotations.retry.linkerd.io/grpc: not understood: no setting of a scenario takes it',
    ]);
  });

  it('are a budget of retries for those routes of a profile that may be retried', () => {
    const { scenario, settings } = imported(`apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: { name: emoji.default.svc.cluster.local }
spec:
  retryBudget: { retryRatio: 0.2, minRetriesPerSecond: 10, ttl: 10s }
  routes:
  - { name: List, condition: { method: GET }, isRetryable: true, timeout: 300ms }
  - { name: Vote, condition: { method: POST } }
`);
    expect(scenario.world.traffic.map(({ name }) => name)).toEqual(['emoji-List', 'emoji-Vote']);
    expect([stackOf(scenario, 0), stackOf(scenario, 1)]).toEqual([
      ['emoji-List-retry: linkerd', 'emoji-List-balancer: linkerdPeakEwma'],
      ['emoji-Vote-balancer: linkerdPeakEwma'],
    ]);
    expect(settings).toEqual([
      'emoji-List-retry.retryRatio = 20% @5',
      'emoji-List-retry.minRetriesPerSecond = 10 @5',
      'emoji-List-retry.ttl = 10s @5',
      'emoji-List-retry.timeout = 300ms @7',
    ]);
  });

  it('are a breaker of each instance by the annotations of a service', () => {
    const { scenario, settings } = imported(`apiVersion: v1
kind: Service
metadata:
  name: api
  annotations:
    balancer.linkerd.io/failure-accrual: consecutive
    balancer.linkerd.io/failure-accrual-consecutive-max-failures: "5"
spec: { ports: [] }
`);
    expect(stackOf(scenario)).toEqual(['api-balancer: linkerdPeakEwma', 'api-failure-accrual: linkerd']);
    expect(settings).toContain('api-failure-accrual.max-failures = 5 @7');
  });
});
