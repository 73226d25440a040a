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
  { name: 'an instance that is not there', inner: [{ kind: 'misdirect' }], shows: heard('refused', 'notReady') },
  {
    name: 'an instance that this client cannot reach',
    faults: [{ at: '0s', gray: { service: 'shop', instances: 'all', callers: '60%' } }],
    shows: heard('error', 'unreachable'),
  },
];
