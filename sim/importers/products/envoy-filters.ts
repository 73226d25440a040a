import { goDuration, number, percentage } from '../conversions.ts';
import type { Draft, Settings } from '../draft.ts';
import { mapFields, note, RANKS } from '../draft.ts';
import type { Cursor } from '../manifest.ts';

/** Every place in a tree that has a member of this name. */
function findAll(cursor: Cursor, member: string): Cursor[] {
  const here = cursor.child(member) === undefined ? [] : [cursor];
  return [...here, ...cursor.children().flatMap((child) => findAll(child, member))];
}

const OF_NO_CONSEQUENCE = [
  '@type',
  'statPrefix',
  'responseHeadersToAdd',
  'enableXRatelimitHeaders',
  'filterEnabled.runtimeKey',
  'filterEnforced.runtimeKey',
  'localRateLimitPerDownstreamConnection',
];

/** Envoy's local rate limit, wherever in the tree it is configured. Buckets of descriptors are left, and told of. */
export function localRateLimit(tree: Cursor, service: string, route: string | null, draft: Draft): void {
  for (const filter of findAll(tree, 'tokenBucket')) {
    if (filter.path.includes('descriptors')) continue;
    const bucket = filter.get('tokenBucket')!;
    const settings: Settings = new Map();
    mapFields(bucket, settings, [
      ['maxTokens', 'maxTokens', number],
      ['tokensPerFill', 'tokensPerFill', number],
      ['fillInterval', 'fillInterval', goDuration],
    ]);
    filter.skip('changes no decision', ...OF_NO_CONSEQUENCE);
    const enforced = filter.get('filterEnforced.defaultValue') ?? filter.get('filterEnabled.defaultValue');
    const enabled = filter.get('filterEnabled.defaultValue');
    if (isWhole(enforced) && isWhole(enabled)) {
      enforced?.take();
      enabled?.take();
    }
    draft.layer({
      service,
      route,
      rank: RANKS.rateLimit,
      role: 'rate-limit',
      kind: 'rateLimiter',
      policy: 'envoyLocalRateLimit',
      settings,
    });
  }
}

/** Envoy's runtime fraction, if it is all. */
function isWhole(fraction: Cursor | undefined): boolean {
  if (fraction === undefined) return true;
  const whole = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 }[fraction.text('denominator') ?? 'HUNDRED'];
  return Number(fraction.text('numerator')) === whole;
}

/** Envoy's adaptive concurrency filter. */
export function adaptiveConcurrency(filter: Cursor, service: string, draft: Draft): void {
  const config = filter.get('gradientControllerConfig');
  if (config === undefined) return;
  const settings: Settings = new Map();
  mapFields(config, settings, [
    ['sampleAggregatePercentile', 'sampleAggregatePercentile', percentage],
    ['concurrencyLimitParams.maxConcurrencyLimit', 'maxConcurrencyLimit', number],
    ['concurrencyLimitParams.concurrencyUpdateInterval', 'concurrencyUpdateInterval', goDuration],
    ['minRttCalcParams.interval', 'minRttInterval', goDuration],
    ['minRttCalcParams.requestCount', 'minRttRequestCount', number],
    ['minRttCalcParams.jitter', 'minRttJitter', percentage],
    ['minRttCalcParams.minConcurrency', 'minConcurrency', number],
    ['minRttCalcParams.buffer', 'minRttBuffer', percentage],
  ]);
  filter.skip('changes no decision', ...OF_NO_CONSEQUENCE, 'enabled.runtimeKey');
  note(settings, 'purpose', 'protection', config);
  draft.layer({
    service,
    route: null,
    rank: RANKS.admission,
    role: 'adaptive-concurrency',
    kind: 'rateLimiter',
    policy: 'envoyGradient',
    settings,
  });
}
