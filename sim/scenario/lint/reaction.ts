import type { AutoscalerPolicy } from '../../controllers/autoscaler/policy.ts';
import type { Registry } from '../../controllers/registry.ts';
import type { ServiceSpec } from '../../world/spec.ts';
import type { LintedLayer } from './linted-design.ts';
import { numberOf } from './linted-design.ts';
import { meanOf } from './load.ts';
import { oldestView } from './staleness.ts';
import { time } from './words.ts';

/** How long an autoscaler takes from a change of the load to a replica that serves: the parts, and the sum. */
export interface Reaction {
  readonly detection: number;
  readonly period: number;
  readonly actuation: number;
  readonly coldStart: number;
  readonly total: number;
}

export function reactionOf(layer: LintedLayer, service: ServiceSpec, registry: Registry): Reaction {
  const detection = oldestView(layer) + layer.spec.metrics.window;
  const period = policyOf(layer, registry).period;
  const actuation = (numberOf(layer, 'actuation.delay') ?? 0) + (numberOf(layer, 'actuation.jitter') ?? 0);
  const coldStart = meanOf(service.coldStart);
  return { detection, period, actuation, coldStart, total: detection + period + actuation + coldStart };
}

function policyOf({ spec }: LintedLayer, registry: Registry): AutoscalerPolicy {
  const draws = { uniform: () => 0 };
  return registry.policy(spec.kind, spec.policy)!.create(spec.config as never, draws) as AutoscalerPolicy;
}

/** "1m30s (15s until it sees it, 15s until it looks, 60s cold start)" */
export function told({ detection, period, actuation, coldStart, total }: Reaction): string {
  const parts = [
    [detection, 'until it sees the load'],
    [period, 'until it looks'],
    [actuation, 'until a replica is launched'],
    [coldStart, 'until it is ready'],
  ] as const;
  const list = parts.filter(([length]) => length > 0).map(([length, what]) => `${time(length)} ${what}`);
  return `${time(total)} (${list.join(', ')})`;
}
