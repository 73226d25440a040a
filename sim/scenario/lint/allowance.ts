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

/** How many keys a layer keeps apart on an edge. */
export function keysOf(layer: LintedLayer, { service, traffic }: LintedEdge): number {
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
