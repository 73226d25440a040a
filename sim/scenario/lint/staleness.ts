import type { LintedLayer } from './linted-design.ts';

/** How old, at most, what a layer decides on is, the loss of samples apart: 0 for what it sees itself. */
export function oldestView({ spec: { source, metrics } }: LintedLayer): number {
  return source === 'own' ? 0 : metrics.lag + metrics.interval + metrics.jitter;
}

/** The lag of what a layer decides on. */
export function lagOf({ spec: { source, metrics } }: LintedLayer): number {
  return source === 'own' ? 0 : metrics.lag;
}
