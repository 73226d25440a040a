import { describe, expect, it } from 'vitest';
import { imported, stackOf } from '../testing/imported.ts';

describe("Resilience4j's application.yml", () => {
  const YML = `spring.application.name: demo
resilience4j.circuitbreaker:
  configs:
    default: { slidingWindowSize: 10, failureRateThreshold: 50, registerHealthIndicator: true, recordExceptions: [java.io.IOException] }
    unused: { slidingWindowSize: 3 }
  instances:
    backendA: { baseConfig: default, waitDurationInOpenState: 5s, slidingWindowSize: 20 }
resilience4j.retry:
  instances:
    backendA: { maxAttempts: 3, waitDuration: 100 }
resilience4j.timelimiter:
  instances:
    backendA: { timeoutDuration: PT2S }
resilience4j.ratelimiter:
  instances:
    backendA: { limitForPeriod: 10, limitRefreshPeriod: 1s, timeoutDuration: 0 }
resilience4j.bulkhead:
  instances:
    backendA: { maxConcurrentCalls: 12, maxWaitDuration: 10ms }
`;

  it("becomes the stack in Resilience4j's own order, with what an instance inherits", () => {
    const { scenario, settings, warnings, withoutEffect } = imported(YML);
    expect(stackOf(scenario)).toEqual([
      'backendA-retry: resilience4j',
      'backendA-breaker: resilience4j',
      'backendA-rate-limiter: resilience4jRateLimiter',
      'backendA-bulkhead: concurrencyLimit',
    ]);
    expect(settings).toEqual(
      expect.arrayContaining([
        'backendA-retry.waitDuration = 100ms @10',
        'backendA-retry.timeoutDuration = 2s @13',
        'backendA-breaker.failureRateThreshold = 50% @4',
        'backendA-breaker.slidingWindowSize = 20 @7',
        'backendA-breaker.waitDurationInOpenState = 5s @7',
        'backendA-rate-limiter.timeoutDuration = 0s @16',
        'backendA-bulkhead.maxConcurrent = 12 @19',
      ]),
    );
    expect(warnings).toEqual([
      '4: resilience4j.circuitbreaker.configs.default.recordExceptions: not understood: no setting of a scenario takes it',
      '19: resilience4j.bulkhead.instances.backendA.maxWaitDuration: not understood: no setting of a scenario takes it',
    ]);
    expect(withoutEffect).toContain('resilience4j.circuitbreaker.configs.unused');
  });

  it('is read with nested keys and in kebab-case too', () => {
    const { settings } = imported('resilience4j:\n  retry:\n    instances:\n      api: { max-attempts: 4 }\n');
    expect(settings).toEqual(['api-retry.maxAttempts = 4 @4']);
  });
});

describe("A .NET application's appsettings.json", () => {
  it('becomes the pipeline of a client', () => {
    const { scenario, settings, warnings } = imported(`{
  "Logging": { "LogLevel": "Warning" },
  "CatalogOptions": {
    "Retry": { "BackoffType": "Exponential", "UseJitter": true, "MaxRetryAttempts": 4, "Delay": "00:00:00.5" },
    "CircuitBreaker": { "FailureRatio": 0.2, "SamplingDuration": "00:00:20", "BreakDuration": "00:01:00" },
    "AttemptTimeout": { "Timeout": "00:00:02" },
    "TotalRequestTimeout": { "Timeout": "00:00:09" },
    "RateLimiter": { "DefaultRateLimiterOptions": { "PermitLimit": 70 } }
  }
}`);
    expect(stackOf(scenario)).toEqual([
      'Catalog-concurrency-limiter: concurrencyLimit',
      'Catalog-retry: polly',
      'Catalog-breaker: polly',
    ]);
    expect(settings).toEqual(
      expect.arrayContaining([
        'Catalog-retry.MaxRetryAttempts = 4 @4',
        'Catalog-retry.Delay = 500ms @4',
        'Catalog-retry.AttemptTimeout = 2s @6',
        'Catalog-retry.TotalRequestTimeout = 9s @7',
        'Catalog-breaker.FailureRatio = 20% @5',
        'Catalog-breaker.BreakDuration = 1m @5',
      ]),
    );
    expect(warnings).toEqual(['2: Logging: not understood: no setting of a scenario takes it']);
  });
});
