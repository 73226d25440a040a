import fc from 'fast-check';
import { LAYERS } from '../stack/testing/endings.ts';
import { viewed } from './random-scenario.ts';
import type { WrittenScenario } from './simulate.ts';

/** A list of values to choose from. */
const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const SERVICES = ['front', 'middle', 'side', 'leaf'];
const ZONES = ['east', 'west', 'south'];

const timeout = oneOf('8ms', '30ms', '80ms');

/** One stage of a service that may call those that come after it. */
function stage(callees: readonly string[]): fc.Arbitrary<object> {
  const callee = oneOf(...callees);
  const undoing = fc.record({ to: callee, compensate: oneOf(...callees) });
  const several = fc.array(fc.oneof(callee, undoing), { minLength: 1, maxLength: 3 });
  const onFailure = oneOf('fail', 'partial');
  const quorum = fc
    .record({ to: callee, times: fc.integer({ min: 1, max: 3 }) })
    .chain((one) => fc.integer({ min: 1, max: one.times }).map((need) => ({ quorum: need, of: [one] })));
  return fc.oneof(
    fc.record({ call: fc.oneof(callee, undoing), timeout }),
    fc.record({ all: several, timeout, onFailure }),
    fc.record({ first: several, timeout, onFailure }),
    fc.record({ shape: quorum, timeout, onFailure }).map(({ shape, ...rest }) => ({ ...shape, ...rest })),
  );
}

/** A service; those that call others do so in up to three stages, with work between them where they keep their slot. */
function service(index: number): fc.Arbitrary<object> {
  const callees = SERVICES.slice(index + 1);
  const own = fc.record({
    instances: fc.record({ initial: fc.integer({ min: 1, max: 3 }), max: fc.constant(4) }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    queue: fc.record({
      limit: oneOf(0, 2, 20),
      discipline: oneOf('fifo', 'lifo', 'adaptiveLifo', 'codel', 'priority'),
      overflow: oneOf('refuse', 'drop'),
    }),
    serviceTime: oneOf<unknown>('2ms', { exponential: '3ms' }, '0ms'),
    cancellation: oneOf('none', 'queued', 'full'),
    errorRate: oneOf('0%', '10%'),
    wrongRate: oneOf('0%', '5%'),
    effect: oneOf('idempotent', 'once'),
    holds: oneOf('slot', 'none'),
    propagatesDeadline: fc.boolean(),
    dropsExpired: fc.boolean(),
    checkpoints: fc.boolean(),
  });
  if (callees.length === 0) return own;
  const stages = fc.array(stage(callees), { maxLength: 3 });
  return fc.record({ own, stages, worksBetween: fc.boolean() }).map(({ own: one, stages: list, worksBetween }) => ({
    ...one,
    calls: list.map((calls, i) =>
      worksBetween && (i === 0 || one.holds === 'slot') ? { ...calls, work: '1ms' } : calls,
    ),
  }));
}

const arrivals = oneOf<unknown>(
  { poisson: '200/s' },
  { deterministic: '150/s' },
  { closed: { thinkTime: { exponential: '15ms' } } },
  { closed: { thinkTime: '10ms' } },
  {
    mmpp: [
      { rate: '20/s', mean: '30ms' },
      { rate: '600/s', mean: '20ms' },
    ],
  },
);

const source = fc.record({
  to: oneOf('front', 'front', 'middle'),
  clients: fc.integer({ min: 1, max: 5 }),
  arrivals,
  deadline: oneOf('20ms', '60ms', '200ms'),
  patience: oneOf(undefined, '250ms'),
  classes: oneOf(undefined, [
    { name: 'gold', weight: 1, priority: 0 },
    { name: 'lead', weight: 3, priority: 2 },
  ]),
  retries: oneOf<unknown>(undefined, { tries: 3, perTryTimeout: '40ms', backoff: { base: '5ms' } }),
});

/** Layers that a nested edge or a client's may have, with what every layer on a path can be given. */
const layer = oneOf(...Object.values(LAYERS)).chain((written) =>
  fc
    .record({
      copies: oneOf<unknown>('shared', 'perClient', 'perCallerInstance', 3),
      overhead: oneOf<unknown>(undefined, undefined, '1ms', { exponential: '1ms' }),
      whenDown: oneOf('pass', 'refuse'),
      fallback: oneOf(undefined, undefined, { answer: 'default' }, { on: ['limited', 'refused'], answer: 'stale' }),
      propagateCause: fc.boolean(),
      reconcile: oneOf(undefined, '20ms'),
      mode: oneOf('enforce', 'enforce', 'shadow'),
      view: viewed(written),
    })
    .map(({ view, ...more }) => ({ ...written, ...view, ...more })),
);

/** Any order but for what the scenario reader refuses: two balancers, instance keys outside one. */
const stack = fc.array(layer, { maxLength: 3 }).map((list) => {
  const isBalancer = (one: object): boolean => 'kind' in one && one.kind === 'loadBalancer';
  const [balancer] = list.filter(isBalancer);
  const others = list.filter((one) => !isBalancer(one));
  const free = others.filter((one) => !('key' in one && one.key === 'instance'));
  return balancer === undefined ? free : [...free.slice(0, 1), balancer, ...others.filter((one) => one !== free[0])];
});

const when = fc.record({ at: oneOf('20ms', '80ms', '150ms'), for: oneOf('10ms', '60ms') });

/** Faults of instances, zones, the network, traffic and layers; names of layers that are not there are left out later. */
function fault(zoned: boolean): fc.Arbitrary<object> {
  const instances = oneOf<unknown>([0], 'any', 'all');
  const on = fc.record({ service: oneOf(...SERVICES), instances });
  const layerOf = oneOf('layer0', 'layer1', 'layer2', 'layer3');
  const share = oneOf('0%', '50%', '100%');
  const acts: fc.Arbitrary<object>[] = [
    on.map((one) => ({ slow: { ...one, factor: 5 } })),
    on.map((one) => ({ slow: { ...one, factor: 3, reach: 'new' } })),
    on.map((one) => ({ freeze: one })),
    on.map((one) => ({ crash: one })),
    on.map((one) => ({ capacity: { ...one, share: '50%' } })),
    on.map((one) => ({ errors: { ...one, rate: '50%' } })),
    on.map((one) => ({ wrong: { ...one, rate: '50%' } })),
    on.map((one) => ({ gray: { ...one, callers: '50%' } })),
    fc.record({ service: oneOf(...SERVICES), count: fc.integer({ min: 0, max: 4 }) }).map((replicas) => ({ replicas })),
    oneOf(...SERVICES).map((name) => ({ dependency: { service: name, factor: 3 } })),
    fc.record({ layer: layerOf, share }).map((layerReset) => ({ layerReset })),
    layerOf.map((name) => ({ layerDown: { layer: name } })),
    fc
      .record({ layer: layerOf, delay: oneOf('0ms', '3ms'), refuse: share })
      .map((layerSaturated) => ({ layerSaturated })),
    fc.record({ layer: layerOf, share }).map((reached) => ({ push: { ...reached, set: { propagateCause: true } } })),
    fc.record({ layer: layerOf, share }).map((reached) => ({ hotfix: { ...reached, set: { propagateCause: false } } })),
  ];
  if (zoned) {
    const between = fc.tuple(oneOf(...ZONES), oneOf(...ZONES));
    acts.push(
      oneOf(...ZONES).map((zone) => ({ zoneLoss: { zone } })),
      between.map((two) => ({ partition: { between: two } })),
      between.map((two) => ({ networkDelay: { between: two, factor: 7, extra: '2ms' } })),
    );
  }
  return fc.tuple(when, fc.oneof(...acts)).map(([time, act]) => ({ ...time, ...act }));
}

const network = fc.record({
  sameZone: oneOf(undefined, '0.1ms'),
  sameRegion: oneOf<unknown>('0.5ms', { exponential: '1ms' }),
  betweenRegions: oneOf('0ms', '4ms'),
});

/** Small worlds of services that call services, in zones or without, with stacks on every edge and all kinds of mishaps. */
export const randomWorld: fc.Arbitrary<WrittenScenario> = fc.boolean().chain((zoned) =>
  fc
    .record({
      services: fc.tuple(service(0), service(1), service(2), service(3)),
      sources: fc.array(source, { minLength: 1, maxLength: 2 }),
      zones: fc.tuple(oneOf(...ZONES), oneOf(...ZONES)),
      network,
      faults: fc.array(fault(zoned), { maxLength: 4 }),
      stacks: fc.array(stack, { minLength: 8, maxLength: 8 }),
    })
    .map((parts) => written(zoned, parts)),
);

interface Parts {
  readonly services: readonly object[];
  readonly sources: readonly { readonly to: string }[];
  readonly zones: readonly string[];
  readonly network: object;
  readonly faults: readonly object[];
  readonly stacks: readonly (readonly object[])[];
}

function written(zoned: boolean, { services, sources, zones, network: ways, faults, stacks }: Parts): WrittenScenario {
  const traffic = sources.map((one, i) => ({ name: `source${i}`, ...one, ...(zoned ? { zone: zones[i] } : {}) }));
  const ends = new Set(traffic.map(({ name, to }) => `${name} ${to}`));
  services.forEach((one, i) => {
    for (const to of callees(one)) ends.add(`${SERVICES[i]} ${to}`);
  });
  let count = 0;
  const edges = [...ends].map((pair, i) => {
    const [from, to] = pair.split(' ');
    return { from, to, layers: (stacks[i] ?? []).map((one) => ({ name: `layer${count++}`, ...one })) };
  });
  const layerNamed = (one: object): string | undefined =>
    Object.values(one).find(
      (act: unknown): act is { layer: string } => typeof act === 'object' && act !== null && 'layer' in act,
    )?.layer;
  const known = faults.filter((one) => {
    const name = layerNamed(one);
    return name === undefined || Number(name.slice('layer'.length)) < count;
  });
  return {
    duration: '250ms',
    world: {
      ...(zoned
        ? { zones: { east: { region: 'x' }, west: { region: 'x' }, south: { region: 'y' } }, network: ways }
        : {}),
      services: Object.fromEntries(services.map((one, i) => [SERVICES[i], one])),
      traffic,
      faults: known,
      cap: 500,
    },
    edges,
  };
}

/** Every service that a service's stages name. */
function callees(one: object): string[] {
  const named: string[] = [];
  const look = (value: unknown, key: string): void => {
    if (typeof value === 'string' && ['call', 'all', 'first', 'of', 'to', 'compensate'].includes(key))
      named.push(value);
    if (Array.isArray(value)) value.forEach((item) => look(item, key));
    else if (typeof value === 'object' && value !== null) for (const [k, item] of Object.entries(value)) look(item, k);
  };
  look('calls' in one ? one.calls : [], 'calls');
  return named;
}
