import { describe, expect, it } from 'vitest';
import { imported, stackOf } from '../testing/imported.ts';

const RULE = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews.prod.svc.cluster.local
  trafficPolicy:
    loadBalancer: { simple: ROUND_ROBIN }
    connectionPool:
      tcp: { maxConnections: 100, connectTimeout: 1s }
      http: { http2MaxRequests: 50, maxRetries: 4, http1MaxPendingRequests: 7 }
    outlierDetection:
      consecutive5xxErrors: 7
      interval: 5m
      baseEjectionTime: 15m
      maxEjectionPercent: 50
      minHealthPercent: 30
`;

const SERVICE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
  - route: [{ destination: { host: reviews } }]
    timeout: 3s
    retries: { attempts: 4, perTryTimeout: 500ms, retryOn: "5xx,429,odd" }
    fault: { abort: { percentage: { value: 1.5 }, httpStatus: 500 } }
`;

describe('a DestinationRule', () => {
  it("becomes Istio's stack: retries that nobody asked for, the connection pool, the balancer with its ejection", () => {
    const { scenario, settings, warnings } = imported(RULE);
    expect(stackOf(scenario)).toEqual([
      'reviews-retry: istio',
      'reviews-balancer: envoyRoundRobin',
      'reviews-connection-pool: istio',
    ]);
    expect(settings).toEqual(
      expect.arrayContaining([
        'reviews-retry.maxRetries = 4 @10',
        'reviews-connection-pool.maxConnections = 100 @9',
        'reviews-connection-pool.http1MaxPendingRequests = 7 @10',
        'reviews-connection-pool.http2MaxRequests = 50 @10',
        'reviews-connection-pool.maxRetries = 4 @10',
        'reviews-balancer.outlierDetection.consecutive5xx = 7 @12',
        'reviews-balancer.outlierDetection.interval = 5m @13',
        'reviews-balancer.outlierDetection.maxEjectionPercent = 50% @15',
        'reviews-balancer.outlierDetection.enforcingSuccessRate = 0% @11',
        'reviews-balancer.panicThreshold = 30% @16',
      ]),
    );
    expect(warnings).toEqual([]);
  });

  it('has no panic threshold, and least request, where it says neither', () => {
    const bare = RULE.replace(/ {4}loadBalancer.*\n/, '').replace(/ {6}minHealthPercent.*\n/, '');
    const { scenario } = imported(bare);
    expect(stackOf(scenario).at(-2)).toBe('reviews-balancer: envoyLeastRequest');
    expect(scenario.designs[0].edges[0].layers.at(-2)!.config).toMatchObject({ panicThreshold: 0 });
  });

  it('counts gateway errors alone for the old consecutiveErrors', () => {
    const { settings } = imported(RULE.replace('consecutive5xxErrors', 'consecutiveErrors'));
    expect(settings).toContain('reviews-balancer.outlierDetection.consecutiveGatewayFailure = 7 @12');
    expect(settings).toContain('reviews-balancer.outlierDetection.enforcingConsecutive5xx = 0% @12');
  });

  it('makes a service of a subset with a policy of its own', () => {
    const subsets = `  subsets:
  - { name: v1, labels: { version: v1 } }
  - { name: v2, labels: { version: v2 }, trafficPolicy: { loadBalancer: { consistentHash: { httpCookie: { name: c, ttl: 1s }, minimumRingSize: 42 } } } }
`;
    const { scenario, settings } = imported(RULE + subsets);
    expect(scenario.world.services.map(({ name }) => name)).toEqual(['reviews', 'reviews-v2']);
    expect(stackOf(scenario, 1)).toEqual(['reviews-v2-retry: istio', 'reviews-v2-balancer: envoyRingHash']);
    expect(settings).toContain('reviews-v2-balancer.minimumRingSize = 42 @19');
  });
});

describe('a VirtualService', () => {
  it('becomes retries, a timeout, and faults of the world', () => {
    const { scenario, settings, warnings } = imported(SERVICE);
    expect(stackOf(scenario)).toEqual(['reviews-retry: istio']);
    expect(settings).toEqual(
      expect.arrayContaining([
        'reviews-retry.timeout = 3s @8',
        'reviews-retry.attempts = 4 @9',
        'reviews-retry.perTryTimeout = 500ms @9',
        'reviews-retry.retryOn = ["5xx","retriable-status-codes"] @9',
        'reviews-retry.retriableStatusCodes = [429] @9',
        'reviews.errorRate = 1.5% @10',
      ]),
    );
    expect(warnings).toEqual([
      '9: spec.http[0].retries.retryOn: the condition `odd` is not known',
      '10: spec.http[0].fault.abort.httpStatus: not understood: no setting of a scenario takes it',
    ]);
    expect(scenario.world.traffic[0].deadline).toBe(3e9);
  });

  it('shares one stack with the destination rule of its host, in either order', () => {
    for (const files of [
      [RULE, SERVICE],
      [SERVICE, RULE],
    ]) {
      const { scenario } = imported(...files);
      expect(stackOf(scenario)).toEqual([
        'reviews-retry: istio',
        'reviews-balancer: envoyRoundRobin',
        'reviews-connection-pool: istio',
      ]);
      expect(scenario.designs[0].edges[0].layers[0].config).toMatchObject({ attempts: 4, maxRetries: 4 });
    }
  });

  it('makes traffic of its own of each route, over what holds for the host', () => {
    const two = SERVICE.replace(
      / {2}- route[\s\S]*/,
      `  - match: [{ uri: { prefix: /slow } }]
    route: [{ destination: { host: reviews } }]
    timeout: 9s
  - route: [{ destination: { host: reviews }, weight: 90 }, { destination: { host: other }, weight: 10 }]
    retries: { attempts: 0 }
`,
    );
    const { scenario, warnings } = imported(RULE, two);
    expect(scenario.world.traffic.map(({ name }) => name)).toEqual(['reviews-0', 'reviews-1']);
    expect(scenario.designs[0].edges.map(({ layers }) => layers[0].config['attempts'])).toEqual([2, 0]);
    expect(scenario.designs[0].edges.map(({ layers }) => layers[0].config['maxRetries'])).toEqual([4, 4]);
    expect(warnings.join('\n')).toContain('traffic is not split here');
  });
});

describe('an EnvoyFilter', () => {
  it('becomes a local rate limit before its workload; buckets of descriptors are told of', () => {
    const { settings, warnings } = imported(`apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: limit }
spec:
  workloadSelector: { labels: { app: productpage } }
  configPatches:
  - applyTo: HTTP_FILTER
    match: { context: SIDECAR_INBOUND }
    patch:
      operation: INSERT_BEFORE
      value:
        typed_config:
          stat_prefix: limiter
          token_bucket:
            max_tokens: 100
            tokens_per_fill: 50
            fill_interval: 60s
          descriptors: [{ token_bucket: { max_tokens: 10 } }]
`);
    expect(settings).toEqual([
      'productpage-rate-limit.maxTokens = 100 @15',
      'productpage-rate-limit.tokensPerFill = 50 @16',
      'productpage-rate-limit.fillInterval = 1m @17',
    ]);
    expect(warnings).toEqual([
      '18: spec.configPatches[0].patch.value.typed_config.descriptors: not understood: no setting of a scenario takes it',
    ]);
  });
});
