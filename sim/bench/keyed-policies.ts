import type { BreakerPolicy, BreakerPolicyDefinition } from '../controllers/circuit-breaker/policy.ts';
import { NO_TICKET } from '../controllers/circuit-breaker/policy.ts';
import { ownDraws } from '../controllers/own-draws.ts';
import { parameterMeta } from '../controllers/parameters.ts';
import type { ParameterMeta } from '../controllers/parameters.ts';
import type { LimiterPolicy, LimiterPolicyDefinition } from '../controllers/rate-limiter/policy.ts';
import { DENIED } from '../controllers/rate-limiter/policy.ts';
import { Registry } from '../controllers/registry.ts';
import { Draw, rootKey } from '../kernel/random.ts';
import { MILLISECOND } from '../kernel/time.ts';
import { OK } from '../stack/result.ts';
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

function ratesOf<Definition extends { readonly name: string; readonly parameters: object }>(
  kind: string,
  prepare: (definition: Definition, config: object, keys: number) => (() => void) | null,
): PolicyRates[] {
  const policies = new Registry().kinds.get(kind)!.policies as unknown as readonly Definition[];
  return policies.flatMap((definition) => {
    const config = configOf(definition.parameters);
    if (prepare(definition, config, 1) === null) return [];
    const rates = medianRates(
      POOLS.map((keys) => {
        const call = prepare(definition, config, keys)!;
        return () => {
          call();
          return DECISIONS;
        };
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
      if (read.success) return [name, read.data];
      const meta = parameterMeta(schema)!;
      return [name, schema.parse(meta.choices?.[0] ?? EXAMPLES[meta.type])];
    }),
  );
}
