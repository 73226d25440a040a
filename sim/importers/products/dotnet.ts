import { flag, named, number, ratio, timeSpan } from '../conversions.ts';
import type { Draft, FieldMapping, Settings } from '../draft.ts';
import { mapField, mapFields, nameOf, note, RANKS } from '../draft.ts';
import type { Importer } from '../importer.ts';
import type { Cursor } from '../manifest.ts';

const RETRY: readonly FieldMapping[] = [
  ['MaxRetryAttempts', 'MaxRetryAttempts', number],
  ['BackoffType', 'BackoffType', named({ Constant: 'Constant', Linear: 'Linear', Exponential: 'Exponential' })],
  ['Delay', 'Delay', timeSpan],
  ['MaxDelay', 'MaxDelay', timeSpan],
  ['UseJitter', 'UseJitter', flag],
  ['ShouldRetryAfterHeader', 'ShouldRetryAfterHeader', flag],
];

const BREAKER: readonly FieldMapping[] = [
  ['FailureRatio', 'FailureRatio', ratio],
  ['MinimumThroughput', 'MinimumThroughput', number],
  ['SamplingDuration', 'SamplingDuration', timeSpan],
  ['BreakDuration', 'BreakDuration', timeSpan],
];

/** Members of Microsoft.Extensions.Http.Resilience's options by which a section is known. */
const MEMBERS = ['Retry', 'CircuitBreaker', 'AttemptTimeout', 'TotalRequestTimeout', 'RateLimiter'];

/** .NET's `appsettings.json`: each section of resilience options is a client of one service. */
export const dotnet: Importer = {
  name: '.NET appsettings',
  handles: (root) => sectionsIn(root).length > 0 && root.get('apiVersion') === undefined,
  read(root, draft) {
    for (const section of sectionsIn(root)) readSection(section, draft);
  },
};

function sectionsIn(cursor: Cursor): Cursor[] {
  if (cursor.path.length > 0 && MEMBERS.some((name) => cursor.child(name) !== undefined)) return [cursor];
  return cursor.children().flatMap(sectionsIn);
}

function readSection(section: Cursor, draft: Draft): void {
  const service = nameOf(section.key.replace(/Options$/, ''));
  readRetry(section, service, draft);
  const breaker = section.get('CircuitBreaker');
  if (breaker !== undefined) {
    const settings = mapFields(breaker, new Map() as Settings, BREAKER);
    draft.layer({
      service,
      route: null,
      rank: RANKS.applicationBreaker,
      role: 'breaker',
      kind: 'circuitBreaker',
      policy: 'polly',
      settings,
    });
  }
  const limit =
    section.get('RateLimiter.DefaultRateLimiterOptions.PermitLimit') ?? section.get('RateLimiter.PermitLimit');
  if (limit === undefined) return;
  const settings: Settings = new Map();
  mapField(limit, settings, 'maxConcurrent', number);
  note(settings, 'purpose', 'protection', limit);
  draft.layer({
    service,
    route: null,
    rank: RANKS.applicationLimit,
    role: 'concurrency-limiter',
    kind: 'rateLimiter',
    policy: 'concurrencyLimit',
    settings,
  });
}

function readRetry(section: Cursor, service: string, draft: Draft): void {
  const retry = section.get('Retry');
  const settings: Settings = new Map();
  if (retry !== undefined) {
    mapFields(retry, settings, RETRY);
    const old = retry.get('Backoff');
    // An older name of the same.
    if (old !== undefined) mapField(old, settings, 'BackoffType', RETRY[1][2], 'Backoff: an older name of BackoffType');
  }
  mapFields(section, settings, [
    ['AttemptTimeout.Timeout', 'AttemptTimeout', timeSpan],
    ['TotalRequestTimeout.Timeout', 'TotalRequestTimeout', timeSpan],
  ]);
  if (retry === undefined && settings.size === 0) return;
  draft.layer({
    service,
    route: null,
    rank: RANKS.applicationRetry,
    role: 'retry',
    kind: 'retry',
    policy: 'polly',
    settings,
  });
}
