import type { LintedLayer } from './linted-design.ts';
import { isKind } from './linted-design.ts';

/** Layers that refuse attempts, with a 503 or a 429, and do not let the layers outside see that it was they. */
export function blindRefusers(inside: readonly LintedLayer[]): LintedLayer[] {
  return inside.filter((layer) => refuses(layer) && !layer.spec.propagateCause);
}

/** Whether a layer answers attempts itself. */
export function refuses(layer: LintedLayer): boolean {
  return isKind(layer, 'circuitBreaker') || isKind(layer, 'rateLimiter');
}
