import { DAY, HOUR, MINUTE, SECOND } from '../../kernel/time.ts';
import type { LintedEdge, LintedLayer } from './linted-design.ts';
import { configOf, numberOf } from './linted-design.ts';

/** What a rate limiter lets through for one key. */
export interface Allowance {
  /** Requests a second, in the long run. */
  readonly rate: number;
  readonly rateParameter: string;
  /** Requests at once, at best. */
  readonly burst: number;
  readonly burstParameter: string;
}

const UNITS: Readonly<Record<string, number>> = { second: SECOND, minute: MINUTE, hour: HOUR, day: DAY };

/** The allowance of a policy that has a fixed one; undefined for one that adapts, or bounds what is in flight. */
export function allowanceOf(layer: LintedLayer): Allowance | undefined {
  const of = (parameter: string): number => numberOf(layer, parameter) ?? 0;
  const windowed = (limit: string, window: number): Allowance => ({
    rate: (of(limit) * SECOND) / window,
    rateParameter: limit,
    burst: of(limit),
    burstParameter: limit,
  });
  const bucket = (rate: string, burst: string): Allowance => ({
    rate: of(rate),
    rateParameter: rate,
    burst: of(burst),
    burstParameter: burst,
  });
  switch (layer.spec.policy) {
    case 'tokenBucket':
      return bucket('rate', 'burst');
    case 'goRate':
      return bucket('limit', 'burst');
    case 'envoyTokenBucket':
      return bucket('fillRate', 'maxTokens');
    case 'leakyBucket':
      return bucket('rate', 'capacity');
    case 'nginx':
      return { ...bucket('rate', 'burst'), burst: of('burst') + 1 };
    case 'fixedWindow':
    case 'slidingWindow':
    case 'slidingCounter':
      return windowed('limit', of('window'));
    case 'resilience4jRateLimiter':
      return windowed('limitForPeriod', of('limitRefreshPeriod'));
    case 'envoyGlobalRateLimit':
      return windowed('requestsPerUnit', UNITS[String(configOf(layer, 'unit'))]);
    case 'gcra':
      return { ...windowed('count', of('period')), burst: of('maxBurst') + 1, burstParameter: 'maxBurst' };
    case 'envoyLocalRateLimit':
      return {
        rate: (of('tokensPerFill') * SECOND) / of('fillInterval'),
        rateParameter: 'tokensPerFill',
        burst: of('maxTokens'),
        burstParameter: 'maxTokens',
      };
    default:
      return undefined;
  }
}

/** How many states a layer keeps on an edge, and what of: one for each key in each copy that knows only its own. */
export function statesOf(layer: LintedLayer, edge: LintedEdge): { readonly count: number; readonly of: string } {
  const keys = keysOf(layer, edge);
  const key = String(configOf(layer, 'key'));
  const copies = copiesOf(layer, edge);
  // A client of a copy of its own is that copy's only one.
  if (key === 'client' && layer.spec.copies === 'perClient') return { count: copies, of: 'client' };
  if (copies === 1) return { count: keys, of: key };
  return { count: copies * keys, of: keys === 1 ? 'copy' : `${key} in each of ${copies} copies` };
}

function copiesOf({ spec }: LintedLayer, { traffic }: LintedEdge): number {
  // Copies that tell each other what they have let through are one in the long run.
  if (Number(spec.config['synchronise'] ?? 0) > 0) return 1;
  const { copies } = spec;
  if (copies === 'shared') return 1;
  return typeof copies === 'number' ? copies : (traffic?.clients ?? 1);
}

function keysOf(layer: LintedLayer, { service, traffic }: LintedEdge): number {
  switch (configOf(layer, 'key')) {
    case 'client':
      return traffic?.clients ?? 1;
    case 'class':
      return Math.max(1, traffic?.classes.length ?? 1);
    case 'instance':
      return service.instances.initial;
    default:
      return 1;
  }
}
