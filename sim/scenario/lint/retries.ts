import type { LayerSpec } from '../../controllers/kind.ts';
import type { Registry } from '../../controllers/registry.ts';
import type { RetryPolicy } from '../../controllers/retry/policy.ts';
import type { RandomSource } from '../../kernel/random.ts';
import { NEVER } from '../../kernel/time.ts';
import { TIMED_OUT } from '../../stack/result.ts';
import type { Path } from '../places.ts';
import type { LintedLayer } from './linted-design.ts';
import { firstWritten } from './linted-design.ts';

/** What the policy of a retry layer resolves to; null for a layer that is none. */
export function retryPolicyOf(spec: LayerSpec, registry: Registry): RetryPolicy | null {
  if (spec.kind !== 'retry') return null;
  return registry.policy(spec.kind, spec.policy)!.create(spec.config as never, undefined) as RetryPolicy;
}

/** A retry layer, with its policy. */
export type RetryingLayer = LintedLayer & { readonly retry: RetryPolicy };

/** The layers that may send a call more than once, in their order. */
export function retryingLayers(layers: readonly LintedLayer[]): RetryingLayer[] {
  return layers.filter(isRetrying);
}

/** How many attempts the layers may make of one call together. */
export function attemptsOfAll(layers: readonly RetryingLayer[]): number {
  return layers.reduce((product, { retry }) => product * attemptsOf(retry), 1);
}

function isRetrying(layer: LintedLayer): layer is RetryingLayer {
  return layer.retry !== null && attemptsOf(layer.retry) > 1;
}

/** The most attempts of one call; `Infinity` where only a budget ends it. */
export function attemptsOf({ tries, hedge }: RetryPolicy): number {
  return Math.max(tries, hedge === null ? 1 : hedge.max + 1);
}

/** Draws of one value for ever. */
function always(word: number): RandomSource {
  return { high: word, low: word, next: () => undefined };
}

const HIGHEST = always(0xffffffff);
const LOWEST = always(0);

/** The longest and the shortest wait before retry number `retry` of a call, as far as jitter goes. */
export function waitBefore(
  policy: RetryPolicy,
  retry: number,
): { readonly longest: number; readonly shortest: number } {
  const wait = (random: RandomSource): number => {
    const memory = { backoffMemory: 0 };
    let last = 0;
    for (let i = 1; i <= retry; i++) last = policy.backoff.delay(i, memory, random, TIMED_OUT);
    return last;
  };
  return { longest: wait(HIGHEST), shortest: wait(LOWEST) };
}

/** More tries than this are not added up one by one. */
const MOST_TRIES = 1000;

/** The longest that the tries and waits of one call may take, the timeout of the whole call apart; `NEVER` for no limit. */
export function longestTries(policy: RetryPolicy): number {
  const { tries, perTryTimeout, lastTryTimesOut } = policy;
  if (perTryTimeout >= NEVER || tries > MOST_TRIES) return NEVER;
  let time = perTryTimeout * (lastTryTimesOut ? tries : tries - 1);
  for (let retry = 1; retry < tries; retry++) time += waitBefore(policy, retry).longest;
  return time;
}

/** The longest that a call may take by this layer's own timers; `NEVER` for no limit. */
export function longestCall(policy: RetryPolicy): number {
  return Math.min(policy.timeout, longestTries(policy));
}

/** Where a layer says how often it tries. */
export function triesPath(layer: LintedLayer): Path {
  return firstWritten(
    layer,
    'tries',
    'numRetries',
    'attempts',
    'maxAttempts',
    'MaxRetryAttempts',
    'hedge.max',
    'hedge',
  );
}

/** Where a layer says how long a try may take. */
export function perTryTimeoutPath(layer: LintedLayer): Path {
  return firstWritten(layer, 'perTryTimeout', 'AttemptTimeout', 'attemptTimeout', 'timeout');
}

/** Where a layer says what it retries. */
export function retryOnPath(layer: LintedLayer): Path {
  return firstWritten(layer, 'retryOn', 'retriableStatusCodes', 'retryableStatusCodes', 'hedge');
}

/** "3 times", "without end". */
export function times(n: number): string {
  return Number.isFinite(n) ? `${n} times` : 'without end';
}
