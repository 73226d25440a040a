import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../measure/figures.ts';
import { ScenarioError } from '../../scenario/scenario-error.ts';
import { finished, scenarioOf } from '../../testing/simulate.ts';

type Figures = ReturnType<typeof figuresOf>;

const OUTLIERS = { policy: 'envoy', consecutive5xx: 5, interval: '1s', maxEjectionPercent: '100%' };

/** A shop of so many instances with slots to spare, 10 requests at each full second, and the layers. */
function run(layers: readonly object[], more: { service?: object; rate?: string } = {}): Figures {
  const scenario = scenarioOf({
    duration: '10s',
    world: {
      services: { shop: { instances: 1, concurrency: 100, serviceTime: '500ms', ...more.service } },
      traffic: [
        { name: 'shoppers', to: 'shop', arrivals: { deterministic: more.rate ?? '10/s' }, deadline: '5s', clients: 4 },
      ],
    },
    edges: [{ from: 'shoppers', to: 'shop', layers }],
  });
  return figuresOf(finished(scenario, { measure: { verdicts: true } }));
}

const thresholds = (more: object): object => ({ name: 'limits', kind: 'circuitBreaker', policy: 'envoy', ...more });

describe('thresholds around a service of 500 ms that is asked every 100 ms', () => {
  it('refuse what is above maxRequests as an overflow, and count those as rejected', () => {
    // Arrivals at 0.1, 0.2, … 9.9 s. Of every five in a row the first two pass, and end just as the next five begin.
    const { outcomes, rejectedBy } = run([thresholds({ maxRequests: 2 })]);
    expect(outcomes).toMatchObject({ served: 40, rejected: 59, timedOut: 0 });
    expect(rejectedBy).toEqual({ limits: 59 });
  });

  it('let wait what finds no connection, first come first served, instead of refusing it', () => {
    // Two connections serve 4/s of 10/s; the line holds 10, so that a wait is at most 2.5 s and all in it are in time.
    const { outcomes, services, latencyMs } = run([thresholds({ maxConnections: 2, maxPendingRequests: 10 })]);
    expect(outcomes.timedOut).toBe(0);
    expect(outcomes.served + outcomes.rejected).toBe(99);
    expect(services.shop.utilization).toBeLessThanOrEqual(0.02);
    // Busy without a gap from 0.1 s on; 12 are left in the system at the end, and served after it.
    expect(outcomes.served).toBeGreaterThanOrEqual(49);
    expect(outcomes.served).toBeLessThanOrEqual(52);
    expect(latencyMs.max).toBeLessThanOrEqual(3010);
  });

  it('never let a request wait over HTTP/2', () => {
    const { outcomes } = run([thresholds({ maxConnections: 1, maxPendingRequests: 0, protocol: 'http2' })]);
    expect(outcomes.served).toBe(99);
  });

  it('in shadow refuse nobody and hold nobody up', () => {
    const { outcomes, latencyMs } = run([thresholds({ maxConnections: 1, maxPendingRequests: 1, mode: 'shadow' })]);
    expect(outcomes.served).toBe(99);
    expect(latencyMs.max).toBeLessThan(501);
  });

  it('of each client bind that client alone', () => {
    const shared = run([thresholds({ maxRequests: 2 })]);
    const own = run([thresholds({ maxRequests: 2, copies: 'perClient' })]);
    expect(own.outcomes.served).toBeGreaterThan(1.5 * shared.outcomes.served);
  });

  it('forget who hangs up while it waits', () => {
    const impatient = { name: 'client', kind: 'retry', tries: 1, perTryTimeout: '290ms' };
    const { outcomes } = run([impatient, thresholds({ maxConnections: 1, maxPendingRequests: 1 })], {
      service: { serviceTime: '150ms' },
    });
    // One is served in each 150 ms unless its own wait has used up its time: nobody is stuck behind one that has left.
    expect(outcomes.timedOut).toBeGreaterThan(0);
    expect(outcomes.served).toBeGreaterThan(30);
    expect(outcomes.served + outcomes.rejected + outcomes.timedOut).toBe(99);
  });
});

describe('retries', () => {
  const RETRY = {
    name: 'retry',
    kind: 'retry',
    policy: 'constant',
    tries: 2,
    retryOn: ['error'],
    backoff: { base: '1ms', jitter: 'none' },
  };

  it('of an outer layer are bounded by maxRetries, first tries are not', () => {
    const service = { errorRate: '100%' };
    const none = run([RETRY, thresholds({ maxRetries: 0 })], { service });
    // The retries of the first two of each five run for 500 ms, until the next five fail; those after 10 s do not count.
    const two = run([RETRY, thresholds({ maxRetries: 2 })], { service });
    expect(none.services.shop.dispatches).toBe(99);
    expect(none.rejectedBy).toEqual({ limits: 99 });
    expect(two.services.shop.dispatches).toBe(99 + 38);
  });
});

describe('an overflow inside the balancer', () => {
  // Five hosts that never fail; one client's bursts go over the limit of the cluster.
  const overflowing = (more: object): Figures =>
    run(
      [
        {
          name: 'balancer',
          kind: 'loadBalancer',
          policy: 'envoyRoundRobin',
          outlierDetection: OUTLIERS,
          panicThreshold: '0%',
        },
        thresholds({ maxRequests: 2, ...more }),
      ],
      { service: { instances: 5 }, rate: '40/s' },
    );

  it('is held against the host by outlier detection where the cause is hidden, as in Envoy before 1.26', () => {
    const { layers, outcomes } = overflowing({ propagateCause: false });
    expect(layers!.balancer.transitions).toBeGreaterThan(0);
    // Hosts that have done nothing wrong are gone, and with the last of them every request.
    expect(outcomes.failed).toBeGreaterThan(0);
  });

  it('is no result of the host where the balancer sees that it is made here', () => {
    const { layers, outcomes } = overflowing({});
    expect(layers!.balancer.transitions).toBe(0);
    expect(outcomes).toMatchObject({ failed: 0, timedOut: 0 });
  });
});

describe('what a scenario may not say of thresholds', () => {
  const complaint = (more: object): string => {
    try {
      run([thresholds(more)]);
      return 'none';
    } catch (error) {
      if (error instanceof ScenarioError) return error.problems[0].message;
      throw error;
    }
  };

  it('is what only a breaker that judges results has', () => {
    expect(complaint({ metrics: { lag: '1s' } })).toBe('`envoy` counts what is under way itself, live: no metrics');
    expect(complaint({ countTimeouts: false })).toMatch(/no result counts for it/);
    expect(complaint({ key: 'instance' })).toMatch(/no layer outside this one selects an instance/);
    expect(complaint({ maxRetries: -1 })).toMatch(/expected 0 to 4294967295 \(Envoy/);
  });
});
