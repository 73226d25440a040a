import { formatDuration } from '../../units/duration.ts';
import type { CaseResult } from '../case-result.ts';
import type { Property } from '../property.ts';
import { bounded, significant } from '../property.ts';

/**
 * Opt-in, since it is not true of every design: fidelity does not fall when a layer's metrics get fresher (half as old). A
 * design that breaks it is good by accident.
 */
export function fresherIsNotWorse(layer: string, { byPoints = 1 }: { byPoints?: number } = {}): Property {
  const others = new WeakMap<CaseResult, CaseResult>();
  const lagOf = (result: CaseResult): number => {
    const { edges, autoscalers } = result.design;
    const all = [...edges.flatMap(({ layers }) => layers), ...autoscalers];
    return all.find(({ name }) => name === layer)?.metrics.lag ?? 0;
  };
  const fresher = (result: CaseResult): CaseResult => {
    const known = others.get(result);
    if (known !== undefined) return known;
    const lag = Math.floor(lagOf(result) / 2);
    const other = result.under({ [`${layer}.metrics.lag`]: formatDuration(lag) });
    others.set(result, other);
    return other;
  };
  return bounded({
    name: `fresherIsNotWorse-${layer}`,
    about: `fidelity does not fall by more than ${significant(byPoints)}pp when the metrics of \`${layer}\` are half as old`,
    atMost: byPoints / 100,
    of: (run, result) => {
      const other = fresher(result).runs.find(({ seed }) => seed === run.seed)!.fidelity;
      const { fidelity } = run;
      return fidelity === null || other === null ? null : fidelity - other;
    },
    vacuous: (_run, result) => (lagOf(result) === 0 ? `the metrics of \`${layer}\` have no lag` : undefined),
    write: (value) => `${significant(value * 100)}pp`,
  });
}
