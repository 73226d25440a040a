import fc from 'fast-check';
import { LAYERS } from '../stack/testing/endings.ts';
import type { WrittenScenario } from './simulate.ts';

/** A list of values to choose from. */
const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const serviceTime = oneOf<unknown>(
  '4ms',
  { exponential: '5ms' },
  { lognormal: { mean: '6ms', p99: '40ms' } },
  { uniform: { min: '0ms', max: '12ms' } },
);

const service = fc.record({
  instances: fc.record({ initial: fc.integer({ min: 1, max: 4 }), max: fc.constant(5) }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  queue: fc.record({
    limit: oneOf(0, 2, 10, 1000),
    discipline: oneOf('fifo', 'lifo', 'adaptiveLifo', 'codel'),
    overflow: oneOf('refuse', 'drop'),
  }),
  serviceTime,
  contention: oneOf(0, 0.1),
  cancellation: oneOf('none', 'queued', 'full'),
  errorRate: oneOf('0%', '10%'),
  effect: oneOf('idempotent', 'once'),
});

const traffic = fc.record({
  name: fc.constant('shoppers'),
  to: fc.constant('shop'),
  clients: fc.integer({ min: 1, max: 6 }),
  arrivals: oneOf<unknown>({ poisson: '150/s' }, { poisson: '600/s' }, { deterministic: '400/s' }),
  deadline: oneOf('15ms', '60ms', '300ms'),
  patience: oneOf(undefined, '500ms'),
});

const instances = oneOf<unknown>([0], 'any', 'all');
const fault = fc.oneof(
  instances.map((which) => ({ slow: { service: 'shop', instances: which, factor: 5 } })),
  instances.map((which) => ({ crash: { service: 'shop', instances: which } })),
  instances.map((which) => ({ freeze: { service: 'shop', instances: which } })),
  instances.map((which) => ({ errors: { service: 'shop', instances: which, rate: '50%' } })),
  fc.constant({ surge: { traffic: 'shoppers', factor: 4 } }),
);
const faults = fc.array(
  fc
    .record({ at: oneOf('20ms', '100ms', '200ms'), for: oneOf('30ms', '150ms') })
    .chain((when) => fault.map((what) => ({ ...when, ...what }))),
  { maxLength: 3 },
);

/** How what is reported reaches a layer: always late by at least `lag`. */
const metrics = fc.record({
  lag: oneOf('0ms', '7ms', '50ms'),
  interval: oneOf('0ms', '10ms'),
  jitter: oneOf('0ms', '5ms'),
  loss: oneOf('0%', '20%'),
});
/** Thresholds count what is under way themselves. */
const LIVE: readonly unknown[] = ['envoy', 'istio'];
/** How a layer sees: what passes through it, or what is reported to it. */
export const viewed = ({ kind, policy }: Readonly<Record<string, unknown>>): fc.Arbitrary<object> =>
  kind === 'loadBalancer' || (kind === 'circuitBreaker' && !LIVE.includes(policy))
    ? fc.option(metrics).map((one) => (one === null ? {} : { source: 'reported', metrics: one }))
    : fc.constant({});

const layer = oneOf(...Object.values(LAYERS)).chain((written) =>
  fc
    .record({
      view: viewed(written),
      propagateCause: fc.boolean(),
      mode: oneOf('enforce', 'enforce', 'shadow'),
    })
    .map(({ view, ...rest }) => ({ ...written, ...view, ...rest })),
);

/** Layers in any order, but for what the scenario reader refuses: two balancers, instance keys outside one. */
const layers = fc.array(layer, { maxLength: 4 }).map((list) => {
  const isBalancer = (one: object): boolean => 'kind' in one && one.kind === 'loadBalancer';
  const [balancer] = list.filter(isBalancer);
  const others = list.filter((one) => !isBalancer(one));
  const free = others.filter((one) => !('key' in one && one.key === 'instance'));
  const stack =
    balancer === undefined ? free : [...free.slice(0, 1), balancer, ...others.filter((one) => one !== free[0])];
  return stack.map((one, i) => ({ name: `layer${i}`, ...one }));
});

const autoscalers = fc.option(oneOf('0s', '40ms')).map((lag) =>
  lag === null
    ? []
    : [
        {
          name: 'hpa',
          kind: 'autoscaler',
          policy: 'step',
          service: 'shop',
          min: 1,
          max: 5,
          period: '30ms',
          metrics: { lag, interval: '10ms' },
        },
      ],
);

/** Small worlds with stacks of up to four layers: at times idle, at times overloaded, and full of mishaps. */
export const randomScenario: fc.Arbitrary<WrittenScenario> = fc
  .record({ service, traffic, faults, layers, autoscalers })
  .map((parts) => ({
    duration: '300ms',
    warmup: '20ms',
    world: { services: { shop: parts.service }, traffic: [parts.traffic], faults: parts.faults, cap: 2000 },
    edges: [{ from: 'shoppers', to: 'shop', layers: parts.layers }],
    autoscalers: parts.autoscalers,
  }));
