import { describe, expect, it } from 'vitest';
import { imported, stackOf } from '../testing/imported.ts';

const BOOTSTRAP = `static_resources:
  listeners:
  - address: { socket_address: { address: 0.0.0.0, port_value: 80 } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          stat_prefix: ingress
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: { prefix: / }
                route:
                  cluster: api
                  timeout: 2s
                  retry_policy: { retry_on: "5xx,reset", num_retries: 3, per_try_timeout: 0.5s, retry_back_off: { base_interval: 0.01s } }
          http_filters:
          - name: envoy.filters.http.local_ratelimit
            typed_config:
              stat_prefix: limiter
              token_bucket: { max_tokens: 20, tokens_per_fill: 20, fill_interval: 1s }
              filter_enabled: { runtime_key: on, default_value: { numerator: 100, denominator: HUNDRED } }
          - name: envoy.filters.http.adaptive_concurrency
            typed_config:
              gradient_controller_config:
                concurrency_limit_params: { concurrency_update_interval: 0.1s }
                min_rtt_calc_params: { interval: 60s, jitter: { value: 10 } }
  clusters:
  - name: api
    connect_timeout: 1s
    type: STATIC
    lb_policy: LEAST_REQUEST
    load_assignment:
      cluster_name: api
      endpoints:
      - lb_endpoints: [{ endpoint: { address: {} } }, { endpoint: { address: {} } }]
    circuit_breakers:
      thresholds: [{ max_requests: 30, max_retries: 5, max_connections: 9 }]
    common_lb_config: { healthy_panic_threshold: { value: 40 } }
    outlier_detection: { consecutive_5xx: 3, interval: 2s, consecutive_gateway_failure: 0, split_external_local_origin_errors: true }
`;

describe('a bootstrap of Envoy', () => {
  it('becomes the stack that a request passes: filters, retries, limits of the cluster, its balancer', () => {
    const { scenario, settings, warnings } = imported(BOOTSTRAP);
    expect(stackOf(scenario)).toEqual([
      'api-rate-limit: envoyLocalRateLimit',
      'api-adaptive-concurrency: envoyGradient',
      'api-retry: envoy',
      'api-balancer: envoyLeastRequest',
      'api-thresholds: envoy',
    ]);
    expect(settings).toEqual(
      expect.arrayContaining([
        'api.instances.initial = 2 @38',
        'api-rate-limit.fillInterval = 1s @23',
        'api-adaptive-concurrency.concurrencyUpdateInterval = 100ms @28',
        'api-adaptive-concurrency.minRttJitter = 10% @29',
        'api-retry.numRetries = 3 @18',
        'api-retry.perTryTimeout = 500ms @18',
        'api-retry.retryBackOff.baseInterval = 10ms @18',
        'api-retry.retryOn = ["5xx","reset"] @18',
        'api-retry.timeout = 2s @17',
        'api-retry.maxRetries = 5 @40',
        'api-thresholds.maxRequests = 30 @40',
        'api-thresholds.maxRetries = 5 @40',
        'api-thresholds.maxConnections = 9 @40',
        'api-balancer.propagateCause = true @40',
        'api-balancer.panicThreshold = 40% @41',
        'api-balancer.outlierDetection.consecutive5xx = 3 @42',
        'api-balancer.outlierDetection.enforcingConsecutiveGatewayFailure = 0% @42',
        'api-balancer.outlierDetection.splitExternalLocalOriginErrors = true @42',
      ]),
    );
    expect(warnings).toEqual([]);
  });

  it('has a route timeout of 15 seconds and no retries, where it says nothing of either', () => {
    const plain = BOOTSTRAP.replace(/ {18}timeout: 2s\n.*retry_policy.*\n/, '');
    const { scenario } = imported(plain);
    const retry = scenario.designs[0].edges[0].layers.find(({ kind }) => kind === 'retry')!;
    expect(retry.config).toMatchObject({ numRetries: 0, timeout: 15e9 });
  });
});

describe('a dump of clusters', () => {
  it('has a limit on the connections of each host, and a retry budget', () => {
    const { scenario, settings, warnings } = imported(`- name: first
  connectTimeout: 10s
  circuitBreakers:
    perHostThresholds: [{ maxConnections: 1 }]
    thresholds: [{ maxConnections: 4, maxPendingRequests: 1, retryBudget: { budgetPercent: { value: 10 } } }]
  typedExtensionProtocolOptions:
    envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { explicitHttpConfig: { http2ProtocolOptions: {} } }
`);
    expect(stackOf(scenario)).toEqual([
      'first-balancer: envoyRoundRobin',
      'first-per-host-thresholds: envoy',
      'first-thresholds: envoy',
    ]);
    expect(settings).toEqual(
      expect.arrayContaining([
        'first-per-host-thresholds.key = instance @4',
        'first-per-host-thresholds.maxConnections = 1 @4',
        'first-thresholds.maxPendingRequests = 1 @5',
        'first-thresholds.retryBudget.budgetPercent = 10% @5',
        'first-thresholds.protocol = http2 @7',
      ]),
    );
    expect(warnings).toEqual([]);
  });

  it('is read in camelCase too, with the load balancing policy as an extension', () => {
    const { scenario, settings, warnings } = imported(`- name: first
  connectTimeout: 10s
  circuitBreakers: { thresholds: [{ maxRequests: 8, maxRetries: 2 }] }
  loadBalancingPolicy:
    policies:
    - typedExtensionConfig:
        name: envoy.load_balancing_policies.least_request
        typedConfig: { '@type': x, choiceCount: 3 }
  healthChecks: [{ interval: 4s, timeout: 0.500s, tcpHealthCheck: {} }]
- name: second
  connectTimeout: 10s
  lbPolicy: MAGLEV
`);
    expect([stackOf(scenario, 0), stackOf(scenario, 1)]).toEqual([
      ['first-balancer: envoyLeastRequest', 'first-thresholds: envoy'],
      ['second-balancer: envoyMaglev'],
    ]);
    expect(settings).toContain('first-balancer.choiceCount = 3 @8');
    expect(settings).toContain('first-balancer.healthCheck.interval = 4s @9');
    expect(settings).toContain('first-balancer.healthCheck.timeout = 500ms @9');
    expect(warnings).toEqual([]);
  });
});
