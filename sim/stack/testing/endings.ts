import type { Probe } from './probe.ts';
import type { Ending, StackRun, WrittenLayer } from './stacks.ts';

const OUTLIERS = { policy: 'consecutiveErrors', consecutiveErrors: 2, interval: '50ms', baseEjectionTime: '50ms' };
const EVERY_FAILURE = ['error', 'refused', 'limited', 'timedOut'];
const AT_ONCE = { base: '1ms', jitter: 'none' };

/** Every kind of layer, in the variants whose ways to act differ. */
export const LAYERS: Readonly<Record<string, WrittenLayer>> = {
  balancer: { kind: 'loadBalancer', policy: 'leastRequest' },
  ejectingBalancer: { kind: 'loadBalancer', policy: 'roundRobin', panicThreshold: '0%', outlierDetection: OUTLIERS },
  breaker: { kind: 'circuitBreaker', policy: 'consecutive', failures: 3, waitOpen: '30ms' },
  instanceBreaker: {
    kind: 'circuitBreaker',
    policy: 'countWindow',
    key: 'instance',
    window: 4,
    minimumCalls: 2,
    waitOpen: '20ms',
  },
  thresholds: {
    kind: 'circuitBreaker',
    policy: 'envoy',
    maxConnections: 3,
    maxPendingRequests: 2,
    retryBudget: { minRetryConcurrency: 1 },
  },
  limiter: { kind: 'rateLimiter', policy: 'tokenBucket', rate: '150/s', burst: 5, key: 'client', refusalCost: 2 },
  delayingLimiter: { kind: 'rateLimiter', policy: 'leakyBucket', rate: '250/s', capacity: 4 },
  concurrencyLimiter: { kind: 'rateLimiter', policy: 'concurrencyLimit', maxConcurrent: 4, purpose: 'protection' },
  retry: { kind: 'retry', tries: 3, perTryTimeout: '8ms', retryOn: EVERY_FAILURE, backoff: AT_ONCE },
  hedger: { kind: 'retry', tries: 3, hedge: { after: '4ms', max: 2 }, retryOn: EVERY_FAILURE, backoff: AT_ONCE },
  eagerHedger: { kind: 'retry', policy: 'grpcHedging', maxAttempts: 3 },
  budgetedRetry: {
    kind: 'retry',
    policy: 'envoy',
    retryOn: ['5xx'],
    numRetries: 3,
    timeout: '40ms',
    retryBackOff: { baseInterval: '10ms' },
    maxRetries: 5,
  },
  reselectingRetry: { kind: 'retry', tries: 2, retryOn: EVERY_FAILURE, backoff: AT_ONCE, reselect: 'own' },
};

const CRASHES = { name: 'crashes', every: '20ms', for: '6ms', crash: { service: 'shop', instances: 'all' } };
const BUSY = { instances: { initial: 1, max: 2 }, concurrency: 1 };

const DEPOT = { instances: 2, concurrency: 4, serviceTime: '2ms' };
const asks = (more: object = {}): Record<string, unknown> => ({
  calls: [{ all: ['depot'], timeout: '20ms', ...more }],
});
const TWO_ZONES = { zones: { east: { region: 'x' }, west: { region: 'y' } } };
const FAR = { ...TWO_ZONES, network: { betweenRegions: '2ms' } };
const IN_THE_WEST = { zones: ['west'] };
const IN_THE_EAST = { zone: 'east' };
const CUTS = { name: 'cuts', every: '20ms', for: '8ms', partition: { between: ['east', 'west'] } };
const GATE = { kind: 'rateLimiter', policy: 'tokenBucket', rate: '10000/s', burst: 1000 };
const NARROW_GATE = { kind: 'rateLimiter', policy: 'tokenBucket', rate: '20/s', burst: 1 };
const atTimes = (fault: object): Record<string, unknown> => ({ name: 'trouble', every: '20ms', for: '8ms', ...fault });

const heard =
  (kind: string, cause: string) =>
  (probe: Probe): boolean =>
    probe.count(kind, cause) > 0;

/** Every way in which what is inside a layer can end. */
export const ENDINGS: readonly Ending[] = [
  { name: 'ok', shows: heard('ok', 'none') },
  {
    name: 'late',
    service: { serviceTime: '6ms' },
    traffic: { deadline: '5ms', patience: '100ms' },
    shows: heard('ok', 'none'),
  },
  {
    name: 'wrong',
    service: { wrongRate: '100%' },
    shows: (probe) => [...probe.heard.keys()].some((name) => name.endsWith('wrong')),
  },
  { name: 'an error', service: { errorRate: '60%' }, shows: heard('error', 'serverError') },
  {
    name: 'refused by a breaker',
    service: { errorRate: '50%' },
    inner: [{ kind: 'circuitBreaker', policy: 'consecutive', failures: 1, waitOpen: '1h' }],
    shows: heard('refused', 'circuitOpen'),
  },
  {
    name: 'refused by thresholds, some after a wait',
    inner: [{ kind: 'circuitBreaker', policy: 'istio', maxConnections: 1, http1MaxPendingRequests: 1 }],
    shows: heard('refused', 'circuitOpen'),
  },
  {
    name: 'refused by a limiter',
    inner: [{ kind: 'rateLimiter', policy: 'tokenBucket', rate: '20/s', burst: 1 }],
    shows: heard('limited', 'rateLimited'),
  },
  {
    name: 'refused by a concurrency limiter',
    inner: [{ kind: 'rateLimiter', policy: 'concurrencyLimit', maxConcurrent: 1, purpose: 'protection' }],
    shows: heard('limited', 'rateLimited'),
  },
  {
    name: 'held back and then refused by a limiter',
    inner: [
      {
        kind: 'rateLimiter',
        policy: 'resilience4jRateLimiter',
        limitForPeriod: 1,
        limitRefreshPeriod: '20ms',
        timeoutDuration: '5ms',
      },
    ],
    shows: heard('limited', 'rateLimited'),
  },
  {
    name: 'refused by a full queue',
    service: { ...BUSY, queue: { limit: 1 }, serviceTime: '20ms' },
    shows: heard('refused', 'overflow'),
  },
  {
    name: 'dropped in silence',
    service: { ...BUSY, queue: { limit: 1, overflow: 'drop' }, serviceTime: '20ms' },
    shows: (_probe, { silences }) => silences > 0,
  },
  {
    name: 'refused at the cap',
    cap: 2,
    shows: heard('refused', 'capped'),
  },
  {
    name: 'timed out by a layer inside',
    inner: [{ kind: 'retry', tries: 1, perTryTimeout: '3ms' }],
    shows: heard('timedOut', 'perTryTimeout'),
  },
  {
    name: 'timed out by a layer outside',
    outer: [{ kind: 'retry', tries: 1, perTryTimeout: '3ms' }],
    shows: heard('-timedOut', 'perTryTimeout'),
  },
  {
    name: 'timed out by a layer outside over all its tries',
    outer: [{ kind: 'retry', tries: 5, timeout: '4ms', retryOn: EVERY_FAILURE, backoff: AT_ONCE }],
    shows: heard('-timedOut', 'deadlineExceeded'),
  },
  { name: 'crashed', faults: [CRASHES], shows: heard('error', 'crashed') },
  {
    name: 'ejected, with no instance left',
    service: { errorRate: '60%' },
    inner: [
      {
        kind: 'loadBalancer',
        policy: 'random',
        panicThreshold: '0%',
        outlierDetection: { ...OUTLIERS, consecutiveErrors: 1, baseEjectionTime: '1h', maxEjectionPercent: '100%' },
      },
    ],
    shows: heard('refused', 'noInstance'),
  },
  {
    name: 'no instance left',
    faults: [{ at: '100ms', for: '200ms', crash: { service: 'shop', instances: 'all' } }],
    shows: (probe, { simulation }) => simulation.world.faults.struck > 0 && probe.attempts > 0,
  },
  ...(['none', 'queued', 'full'] as const).map((cancellation) => ({
    name: `hung up on, cancellation ${cancellation}`,
    service: { ...BUSY, serviceTime: '20ms', cancellation },
    traffic: { deadline: '6ms' },
    shows: heard('-cancelled', 'hangUp'),
  })),
  ...(['none', 'queued', 'full'] as const).map((cancellation) => ({
    name: `a lost hedge, cancellation ${cancellation}`,
    service: { cancellation },
    outer: [{ kind: 'retry', tries: 3, hedge: { after: '1ms', max: 2 } }],
    shows: heard('-cancelled', 'hedgeLost'),
  })),
  {
    name: 'a lost hedge, all copies at once',
    service: { ...BUSY, queue: { limit: 2 }, serviceTime: '6ms', cancellation: 'full' },
    outer: [
      {
        kind: 'retry',
        policy: 'grpcHedging',
        maxAttempts: 3,
        nonFatalStatusCodes: ['UNAVAILABLE', 'RESOURCE_EXHAUSTED'],
      },
    ],
    shows: heard('-cancelled', 'hedgeLost'),
  },
  ...(['refuse', 'drop'] as const).flatMap((overflow) =>
    (['none', 'queued', 'full'] as const).map((cancellation) => ({
      name: `shed by CoDel (${overflow}), cancellation ${cancellation}`,
      service: {
        ...BUSY,
        serviceTime: '7ms',
        queue: { limit: 20, discipline: 'codel', target: '2ms', interval: '4ms', overflow },
        cancellation,
      },
      shows: (probe: Probe, { silences }: StackRun) =>
        overflow === 'refuse' ? probe.count('refused', 'shed') > 0 : silences > 0,
    })),
  ),
  {
    name: 'a failure of what the service depends on',
    service: asks(),
    services: { depot: { ...DEPOT, errorRate: '60%' } },
    shows: heard('error', 'dependency'),
  },
  {
    name: 'a dependency that is too slow for its caller',
    service: { ...asks({ timeout: '3ms' }), holds: 'none' },
    services: { depot: { ...DEPOT, serviceTime: { exponential: '4ms' } } },
    shows: heard('error', 'dependency'),
  },
  {
    name: 'a partial answer, merged as if it were whole',
    service: asks({ onFailure: 'partial' }),
    services: { depot: { ...DEPOT, errorRate: '60%' } },
    shows: (probe) => [...probe.heard.keys()].some((name) => name.startsWith('ok') && name.endsWith('wrong')),
  },
  {
    name: 'retried behind the service, too',
    service: asks(),
    services: { depot: { ...DEPOT, errorRate: '60%' } },
    edges: [
      {
        from: 'shop',
        to: 'depot',
        layers: [
          { name: 'behind', kind: 'retry', tries: 3, retryOn: EVERY_FAILURE, backoff: AT_ONCE },
          { name: 'gateBehind', ...NARROW_GATE, rate: '100/s', burst: 3 },
        ],
      },
    ],
    shows: (probe) => probe.count('ok', 'none') > 0 && probe.count('error', 'dependency') > 0,
  },
  ...(['none', 'queued', 'full'] as const).map((cancellation) => ({
    name: `hung up on by the service that calls, cancellation ${cancellation}`,
    service: { ...BUSY, serviceTime: '20ms', cancellation },
    callerWaits: '6ms',
    shows: heard('-cancelled', 'hangUp'),
  })),
  {
    name: 'a layer that is down and lets pass',
    inner: [{ ...NARROW_GATE, whenDown: 'pass' }],
    faults: [atTimes({ layerDown: { layer: 'inner0' } })],
    shows: (probe) => probe.count('ok', 'none') > 0 && probe.count('limited', 'rateLimited') > 0,
  },
  {
    name: 'refused by a layer that is down',
    inner: [{ ...GATE, whenDown: 'refuse' }],
    faults: [atTimes({ layerDown: { layer: 'inner0' } })],
    shows: heard('refused', 'layerDown'),
  },
  {
    name: 'refused by a layer that is saturated',
    inner: [GATE],
    faults: [atTimes({ layerSaturated: { layer: 'inner0', delay: '2ms', refuse: '40%' } })],
    shows: heard('refused', 'saturated'),
  },
  {
    name: 'given up while a layer still takes its time',
    inner: [{ ...GATE, overhead: { exponential: '8ms' } }],
    traffic: { deadline: '6ms' },
    shows: heard('-cancelled', 'hangUp'),
  },
  ...(['default', 'stale'] as const).map((answer) => ({
    name: `answered by a fallback (${answer})`,
    inner: [{ ...NARROW_GATE, fallback: { on: ['limited'], answer } }],
    shows: heard('ok', 'staleAnswer'),
  })),
  {
    name: 'expired before it was worked on',
    service: { ...BUSY, queue: { limit: 8 }, serviceTime: '8ms', dropsExpired: true },
    traffic: { deadline: '10ms', patience: '100ms' },
    shows: heard('timedOut', 'deadlineExceeded'),
  },
  ...(['none', 'full'] as const).map((cancellation) => ({
    name: `lost in a partition, on the way there or back, cancellation ${cancellation}`,
    world: FAR,
    service: { ...IN_THE_WEST, cancellation },
    traffic: IN_THE_EAST,
    faults: [CUTS],
    shows: (_probe: Probe, { silences }: StackRun) => silences > 0,
  })),
  ...(['none', 'queued', 'full'] as const).map((cancellation) => ({
    name: `given up on the way over the network, cancellation ${cancellation}`,
    world: FAR,
    service: { ...IN_THE_WEST, cancellation },
    traffic: { ...IN_THE_EAST, deadline: '5ms' },
    faults: [CRASHES],
    shows: heard('-cancelled', 'hangUp'),
  })),
  {
    name: 'refused by a full queue of priorities',
    service: { ...BUSY, queue: { limit: 2, discipline: 'priority' }, serviceTime: '12ms', cancellation: 'queued' },
    traffic: {
      deadline: '30ms',
      classes: [
        { name: 'gold', weight: 1 },
        { name: 'lead', weight: 3, priority: 5 },
      ],
    },
    shows: heard('refused', 'overflow'),
  },
  { name: 'an instance that is not there', inner: [{ kind: 'misdirect' }], shows: heard('refused', 'notReady') },
  {
    name: 'an instance that this client cannot reach',
    faults: [{ at: '0s', gray: { service: 'shop', instances: 'all', callers: '60%' } }],
    shows: heard('error', 'unreachable'),
  },
];
