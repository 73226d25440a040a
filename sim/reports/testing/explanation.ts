import type { LayerSpec } from '../../controllers/kind.ts';
import type { Explanation } from '../../experiments/explain.ts';
import type { TraceEvent } from '../../measure/trace.ts';
import type { DesignSpec } from '../../scenario/scenario.ts';

/** A story that nobody simulated, with every act that there is, for the tests of how stories are told. */

const ARRIVAL = 74_535_000_000;
const MS = 1e6;

const NOTHING = {
  passage: 1,
  parent: -1,
  instance: -1,
  asOf: NaN,
  believed: NaN,
  truth: NaN,
  wouldAnswerAt: NaN,
  bestAt: NaN,
  best: -1,
  edge: 0,
  result: '',
  cause: '',
  origin: '',
  causeVisible: false,
  detail: '',
  amount: NaN,
  wrong: '',
  ahead: null,
};

/** @param after milliseconds since the request's arrival */
function event(after: number, layer: number, act: TraceEvent['act'], more: Partial<TraceEvent> = {}): TraceEvent {
  return { ...NOTHING, at: ARRIVAL + after * MS, layer, act, ...more };
}

const REFUSED_BY_BREAKER = { result: 'refused', cause: 'circuitOpen', origin: 'breaker' };

const EVENTS: readonly TraceEvent[] = [
  event(0, -1, 'arrived'),
  event(0, 0, 'selected', {
    instance: 0,
    asOf: ARRIVAL - 2157 * MS,
    believed: 1,
    truth: 40,
    wouldAnswerAt: ARRIVAL + 275 * MS,
    best: 1,
    bestAt: ARRIVAL + 34.3 * MS,
    wrong: 'misroute',
  }),
  event(0, 2, 'admitted', { instance: 0, asOf: ARRIVAL }),
  event(0, 3, 'refused', {
    instance: 0,
    asOf: ARRIVAL - 3000 * MS,
    wouldAnswerAt: ARRIVAL + 275 * MS,
    best: 1,
    bestAt: ARRIVAL + 34.3 * MS,
    cause: 'circuitOpen',
    wrong: 'wrongfulRefusal',
    detail: 'overrules balancer',
  }),
  event(0, 2, 'charged', { ...REFUSED_BY_BREAKER, amount: 2, detail: 'misattributed' }),
  event(0, 1, 'retried', { ...REFUSED_BY_BREAKER, amount: 8.83 * MS, instance: 0 }),
  event(8.83, 1, 'selected', {
    instance: 2,
    asOf: ARRIVAL + 8.83 * MS,
    truth: 27,
    wouldAnswerAt: ARRIVAL + 88 * MS,
    best: 2,
    bestAt: ARRIVAL + 88 * MS,
    detail: 'bypasses balancer',
  }),
  event(8.83, -1, 'dispatched', {
    instance: 2,
    wouldAnswerAt: ARRIVAL + 700 * MS,
    best: 1,
    bestAt: ARRIVAL + 60 * MS,
    ahead: { running: 16, waiting: 11, retries: 1, abandoned: 4 },
  }),
  event(508.83, 1, 'timedOut', {
    instance: 2,
    detail: 'in service',
    wouldAnswerAt: ARRIVAL + 700 * MS,
    wrong: 'prematureTimeout',
  }),
  event(508.83, 1, 'hedged'),
  event(509, 2, 'refused', {
    instance: 2,
    asOf: ARRIVAL + 509 * MS,
    wouldAnswerAt: Infinity,
    best: 1,
    bestAt: ARRIVAL + 543 * MS,
    cause: 'rateLimited',
    detail: 'overrules sidecar, within its quota',
    wrong: 'wrongfulRefusal',
  }),
  event(509, 1, 'gaveUp', { result: 'limited', cause: 'rateLimited', origin: 'limiter', detail: 'notRetryable' }),
  event(509, -1, 'ended', { result: 'limited', cause: 'rateLimited', origin: 'limiter', detail: 'rejected' }),
];

export const EXPLANATION: Explanation = {
  schemaVersion: '1.0',
  version: '0.1.0',
  scenario: 'story',
  design: 'layered',
  seed: '1',
  from: 'shoppers',
  to: 'checkout',
  trace: {
    request: 67_183,
    client: 19,
    edge: 0,
    arrivedAt: ARRIVAL,
    deadlineAt: ARRIVAL + 1000 * MS,
    endedAt: ARRIVAL + 509 * MS,
    outcome: 'rejected',
    events: EVENTS,
  },
  edges: [{ from: 'shoppers', to: 'checkout' }],
  layers: ['balancer', 'sidecar', 'limiter', 'breaker'],
  servable: true,
  servedByBare: true,
  alike: 1704,
  digest: '0123456789abcdef',
};

/** The same events, but it was served in the end, though `bare` did not. */
export const SAVED: Explanation = {
  ...EXPLANATION,
  trace: {
    ...EXPLANATION.trace,
    outcome: 'served',
    endedAt: ARRIVAL + 90 * MS,
    events: [
      EVENTS[0],
      event(0, 0, 'foundNone', { asOf: ARRIVAL - 5000 * MS }),
      event(0, 3, 'wouldRefuse', { asOf: ARRIVAL, best: 1, bestAt: ARRIVAL + 34 * MS, cause: 'circuitOpen' }),
      event(90, -1, 'answered', { instance: 1, result: 'ok', cause: 'none' }),
      event(90, 3, 'charged', { result: 'error', cause: 'serverError', origin: 'instance', causeVisible: true }),
      event(90, -1, 'hungUp'),
      event(90, -1, 'ended', { result: 'ok', cause: 'none', origin: 'instance', detail: 'served' }),
    ],
  },
  servedByBare: false,
  alike: 0,
};

function layerSpec(name: string, kind: string, config: LayerSpec['config']): LayerSpec {
  return { name, kind, policy: '', config } as unknown as LayerSpec;
}

export const DESIGN: DesignSpec = {
  name: 'layered',
  about: '',
  edges: [
    {
      from: 'shoppers',
      to: 'checkout',
      layers: [
        layerSpec('balancer', 'loadBalancer', {}),
        layerSpec('sidecar', 'retry', {}),
        layerSpec('limiter', 'rateLimiter', { key: 'client' }),
        layerSpec('breaker', 'circuitBreaker', { key: 'instance' }),
      ],
    },
  ],
  autoscalers: [],
  without: [],
  settings: false,
  pushes: {},
};
