import type { DistributionSpec } from '../kernel/distributions/index.ts';

/** The distribution that has one value only. */
export function always(value: number): DistributionSpec {
  return { kind: 'deterministic', value };
}
