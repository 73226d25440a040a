import { flag, named, number, percentage, springDuration } from '../conversions.ts';
import type { Draft, DraftLayer, FieldMapping, Settings } from '../draft.ts';
import { mapField, nameOf, note, RANKS } from '../draft.ts';
import type { Importer } from '../importer.ts';
import type { Cursor } from '../manifest.ts';

/** A module of Resilience4j, and the layer that each of its instances becomes. */
interface Module {
  readonly name: string;
  readonly layer: Pick<DraftLayer, 'rank' | 'role' | 'kind' | 'policy'>;
  readonly fields: readonly FieldMapping[];
  readonly assumed?: Readonly<Record<string, unknown>>;
}

const MODULES: readonly Module[] = [
  {
    name: 'retry',
    layer: { rank: RANKS.applicationRetry, role: 'retry', kind: 'retry', policy: 'resilience4j' },
    fields: [
      ['maxAttempts', 'maxAttempts', number],
      ['waitDuration', 'waitDuration', springDuration],
      ['enableExponentialBackoff', 'enableExponentialBackoff', flag],
      ['exponentialBackoffMultiplier', 'exponentialBackoffMultiplier', number],
      ['exponentialMaxWaitDuration', 'exponentialMaxWaitDuration', springDuration],
      ['enableRandomizedWait', 'enableRandomizedWait', flag],
      ['randomizedWaitFactor', 'randomizedWaitFactor', number],
    ],
  },
  {
    name: 'circuitbreaker',
    layer: { rank: RANKS.applicationBreaker, role: 'breaker', kind: 'circuitBreaker', policy: 'resilience4j' },
    fields: [
      ['failureRateThreshold', 'failureRateThreshold', percentage],
      ['slowCallRateThreshold', 'slowCallRateThreshold', percentage],
      ['slowCallDurationThreshold', 'slowCallDurationThreshold', springDuration],
      [
        'slidingWindowType',
        'slidingWindowType',
        named({
          COUNT_BASED: 'COUNT_BASED',
          TIME_BASED: 'TIME_BASED',
          count_based: 'COUNT_BASED',
          time_based: 'TIME_BASED',
        }),
      ],
      ['slidingWindowSize', 'slidingWindowSize', number],
      ['minimumNumberOfCalls', 'minimumNumberOfCalls', number],
      ['waitDurationInOpenState', 'waitDurationInOpenState', springDuration],
      ['permittedNumberOfCallsInHalfOpenState', 'permittedNumberOfCallsInHalfOpenState', number],
      ['automaticTransitionFromOpenToHalfOpenEnabled', 'automaticTransitionFromOpenToHalfOpenEnabled', flag],
      ['maxWaitDurationInHalfOpenState', 'maxWaitDurationInHalfOpenState', springDuration],
    ],
  },
  {
    name: 'ratelimiter',
    layer: {
      rank: RANKS.applicationRateLimit,
      role: 'rate-limiter',
      kind: 'rateLimiter',
      policy: 'resilience4jRateLimiter',
    },
    fields: [
      ['limitForPeriod', 'limitForPeriod', number],
      ['limitRefreshPeriod', 'limitRefreshPeriod', springDuration],
      ['timeoutDuration', 'timeoutDuration', springDuration],
    ],
  },
  {
    name: 'bulkhead',
    layer: { rank: RANKS.applicationBulkhead, role: 'bulkhead', kind: 'rateLimiter', policy: 'concurrencyLimit' },
    fields: [['maxConcurrentCalls', 'maxConcurrent', number]],
    assumed: { purpose: 'protection' },
  },
  {
    // A time limiter bounds each try: it stands inside the retry.
    name: 'timelimiter',
    layer: { rank: RANKS.applicationRetry, role: 'retry', kind: 'retry', policy: 'resilience4j' },
    fields: [['timeoutDuration', 'timeoutDuration', springDuration]],
  },
];

const OF_NO_CONSEQUENCE = [
  'registerHealthIndicator',
  'eventConsumerBufferSize',
  'allowHealthIndicatorToFail',
  'writableStackTraceEnabled',
];

/** Spring Boot's `application.yml` with Resilience4j's modules. */
export const resilience4j: Importer = {
  name: 'Resilience4j application.yml',
  handles: (root) => root.children().some(({ key }) => key === 'resilience4j' || key.startsWith('resilience4j.')),
  read(root, draft) {
    for (const part of root.children()) {
      if (!part.key.startsWith('resilience4j'))
        part.manifest.mark(part.path, { what: 'skipped', why: 'not about Resilience4j' });
    }
    for (const module of MODULES) {
      const at = root.at([`resilience4j.${module.name}`]) ?? root.at(['resilience4j', module.name]);
      if (at !== undefined) readModule(module, at, draft);
    }
  },
};

function readModule(module: Module, at: Cursor, draft: Draft): void {
  const instances = at.get('instances')?.children() ?? at.get('backends')?.children() ?? [];
  for (const instance of instances) {
    const settings: Settings = new Map();
    const chain = baseChain(instance, at);
    for (const from of chain.toReversed()) readFields(module, from, settings);
    for (const [name, value] of Object.entries(module.assumed ?? {})) note(settings, name, value, instance);
    const service = nameOf(instance.key);
    if (module.name === 'timelimiter' && !hasRetry(service, draft))
      note(settings, 'maxAttempts', 1, instance, 'a time limit alone');
    draft.layer({ service, route: null, ...module.layer, settings });
  }
  skipUnused(at, instances);
}

function hasRetry(service: string, draft: Draft): boolean {
  return draft.layers.some(
    (layer) => layer.service === service && layer.policy === 'resilience4j' && layer.kind === 'retry',
  );
}

/** The instance and what it inherits, nearest first. */
function baseChain(instance: Cursor, module: Cursor): Cursor[] {
  const chain = [instance];
  for (;;) {
    const base = chain.at(-1)!.get('baseConfig');
    const parent = base === undefined ? undefined : module.at(['configs', String(base.value)]);
    base?.take();
    if (parent === undefined || chain.some((one) => one.key === parent.key)) return chain;
    chain.push(parent);
  }
}

function readFields(module: Module, from: Cursor, settings: Settings): void {
  from.skip('changes no decision', ...OF_NO_CONSEQUENCE);
  for (const [path, to, as] of module.fields) {
    const field = from.get(path) ?? from.at([path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)]);
    if (field !== undefined) mapField(field, settings, to, as);
  }
}

/** Shared configs that no instance names. */
function skipUnused(at: Cursor, instances: readonly Cursor[]): void {
  const used = new Set(instances.flatMap((instance) => baseChain(instance, at)).map(({ key }) => key));
  for (const config of at.get('configs')?.children() ?? []) {
    if (!used.has(config.key))
      config.manifest.mark(config.path, { what: 'skipped', why: 'no instance has it as its baseConfig' });
  }
}
