import type { AutoscalerPolicyDefinition, ScalerView } from '../controllers/autoscaler/policy.ts';
import type { BreakerPolicy, BreakerPolicyDefinition } from '../controllers/circuit-breaker/policy.ts';
import { NO_TICKET } from '../controllers/circuit-breaker/policy.ts';
import { ownDraws } from '../controllers/own-draws.ts';
import { parameterMeta } from '../controllers/parameters.ts';
import type { ParameterMeta } from '../controllers/parameters.ts';
import type { LimiterPolicy, LimiterPolicyDefinition } from '../controllers/rate-limiter/policy.ts';
import { DENIED } from '../controllers/rate-limiter/policy.ts';
import { Registry } from '../controllers/registry.ts';
import { decideRetry, RETRY } from '../controllers/retry/policies/retry-decision.ts';
import type { RetryBudget, RetryPolicy, RetryPolicyDefinition } from '../controllers/retry/policy.ts';
import { Draw, rootKey } from '../kernel/random.ts';
import { MILLISECOND } from '../kernel/time.ts';
import { ERROR, FROM_INSTANCE, makeResult, OK, SERVER_ERROR } from '../stack/result.ts';
import { medianRates } from './measure.ts';
import type { PolicyRates } from './policies.ts';
import { POOLS } from './policies.ts';

const DECISIONS = 100_000;
const ROOT = rootKey('bench');

/** What a parameter without a default is set to here, by its type. */
const EXAMPLES: Partial<Record<ParameterMeta['type'], string | number>> = {
  rate: '10000/s',
  integer: 100,
  duration: '1s',
  share: '50%',
  number: 1,
};

/** Decisions a second, each with the end of its call, of every breaker with one state for each of so many instances. */
export function breakerPolicies(): PolicyRates[] {
  return ratesOf('circuitBreaker', (definition: BreakerPolicyDefinition, config, keys) => {
    const breakers = Array.from({ length: keys }, (_, key) =>
      definition.create(config as never, ownDraws(ROOT, 'bench', key)),
    );
    // Thresholds count what is under way: they are another interface, and a few comparisons.
    return 'acquire' in breakers[0] ? () => callBreakers(breakers) : null;
  });
}

function callBreakers(breakers: readonly BreakerPolicy[]): void {
  for (let i = 0; i < DECISIONS; i++) {
    const now = i * 0.1 * MILLISECOND;
    const breaker = breakers[i % breakers.length];
    const ticket = breaker.acquire(now);
    if (ticket !== NO_TICKET) breaker.record(now, ticket, i % 10 === 0, 6 * MILLISECOND);
  }
}

/** The same of every limiter with one state for each of so many clients. */
export function limiterPolicies(): PolicyRates[] {
  return ratesOf('rateLimiter', (definition: LimiterPolicyDefinition, config, keys) => {
    const limiters = Array.from({ length: keys }, (_, key) =>
      definition.create(config as never, ownDraws(ROOT, 'bench', key)),
    );
    return () => callLimiters(limiters);
  });
}

function callLimiters(limiters: readonly LimiterPolicy[]): void {
  const draw = new Draw(ROOT, 'limit', 'bench');
  for (let i = 0; i < DECISIONS; i++) {
    const now = i * 0.1 * MILLISECOND;
    const limiter = limiters[i % limiters.length];
    if (limiter.acquire(now, draw.at(0, i, 0)) !== DENIED) limiter.ended(now, OK, 6 * MILLISECOND);
  }
}

/** The same of every retry policy with a budget for each of so many callers: calls of which each fails once. */
export function retryPolicies(): PolicyRates[] {
  return ratesOf('retry', (definition: RetryPolicyDefinition, config, keys) => {
    const policies = Array.from({ length: keys }, () => definition.create(config as never, undefined));
    const callers = policies.map((policy) => ({ policy, budget: policy.budget === null ? null : policy.budget() }));
    return () => callRetries(callers);
  });
}

function callRetries(callers: readonly { readonly policy: RetryPolicy; readonly budget: RetryBudget | null }[]): void {
  const draw = new Draw(ROOT, 'backoff', 'bench');
  const memory = { backoffMemory: 0 };
  for (let i = 0; i < DECISIONS; i++) {
    const now = i * 0.1 * MILLISECOND;
    const { budget, policy } = callers[i % callers.length];
    budget?.began(now);
    const allowance = budget?.allowance(now) ?? Infinity;
    budget?.attemptEnded(now, ERROR, true, 0);
    const retries = decideRetry(policy, budget, now, FAILURE, 0, allowance) === RETRY ? 1 : 0;
    memory.backoffMemory = 0;
    if (retries === 1) {
      policy.backoff.delay(1, memory, draw.at(0, i, 0), ERROR);
      budget?.retryBegan(now);
      budget?.attemptEnded(now, OK, false, 1);
    }
    budget?.ended(now, retries === 1, retries, ERROR);
  }
}

const FAILURE = makeResult(ERROR, SERVER_ERROR, FROM_INSTANCE);

/** Evaluations a second of every autoscaler over a service of so many instances. */
export function autoscalerPolicies(): PolicyRates[] {
  return ratesOf('autoscaler', (definition: AutoscalerPolicyDefinition, config, instances) => {
    const policy = definition.create(config as never, ownDraws(ROOT, 'bench', 0));
    const view = viewOf(instances);
    let evaluations = 0;
    return () => {
      for (let i = 0; i < EVALUATIONS; i++) policy.decide(policy.period * evaluations++, view);
      return EVALUATIONS;
    };
  });
}

const EVALUATIONS = 200;

function viewOf(count: number): ScalerView {
  const instances = Array.from({ length: count }, (_, i) => ({
    startedAt: -Infinity,
    readyChangedAt: -Infinity,
    ready: true,
    leaving: false,
    utilization: (i % 100) / 100,
    concurrency: i % 16,
    metricAt: 0,
  }));
  return {
    replicas: count,
    ready: count,
    instances,
    requestRate: 100 * count,
    concurrency: 8 * count,
    window: 0,
    asOf: 0,
    meanConcurrency: () => 8 * count,
    meanRequestRate: () => 100 * count,
  };
}

function ratesOf<Definition extends { readonly name: string; readonly parameters: object }>(
  kind: string,
  prepare: (definition: Definition, config: object, keys: number) => (() => number | void) | null,
): PolicyRates[] {
  const policies = new Registry().kinds.get(kind)!.policies as unknown as readonly Definition[];
  return policies.flatMap((definition) => {
    const config = configOf(definition.parameters);
    if (prepare(definition, config, 1) === null) return [];
    const rates = medianRates(
      POOLS.map((keys) => {
        const call = prepare(definition, config, keys)!;
        return () => call() ?? DECISIONS;
      }),
      3,
    );
    return [{ name: definition.name, rates }];
  });
}

/** The defaults, and an example of what has none. */
function configOf(parameters: object): object {
  type Schema = Parameters<typeof parameterMeta>[0];
  return Object.fromEntries(
    Object.entries(parameters).map(([name, schema]: [string, Schema]) => {
      const read = schema.safeParse(undefined);
      return [name, read.success ? read.data : schema.parse(exampleOf(name, parameterMeta(schema)))];
    }),
  );
}

function exampleOf(name: string, meta: ParameterMeta | undefined): unknown {
  if (meta === undefined) throw new Error(`the bench has no example of ${name}`);
  if (meta.type === 'list') return meta.choices;
  return meta.choices?.[0] ?? EXAMPLES[meta.type];
}
