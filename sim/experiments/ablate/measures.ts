import type { RunFigures } from '../../measure/figures.ts';

/** What a layer is shared out in. */
export type MeasureName =
  'fidelity' | 'success' | 'goodputPerSecond' | 'p99Ms' | 'dispatches' | 'wastedWork' | 'instances' | 'cost';

export interface Measure {
  readonly name: MeasureName;
  /** Whether more of it is better, or less. */
  readonly better: 'more' | 'less';
}

export const MEASURES: readonly Measure[] = [
  { name: 'fidelity', better: 'more' },
  { name: 'success', better: 'more' },
  { name: 'goodputPerSecond', better: 'more' },
  { name: 'p99Ms', better: 'less' },
  { name: 'dispatches', better: 'less' },
  { name: 'wastedWork', better: 'less' },
  { name: 'instances', better: 'less' },
  { name: 'cost', better: 'less' },
];

/** The measures of one run; those that it has not are left out. */
export type Measured = Readonly<Partial<Record<MeasureName, number>>>;

/** What a run costs, in a user's own unit. */
export type CostOf = (figures: RunFigures) => number;

/** @param fidelity null where there are no references */
export function measuresOf(figures: RunFigures, fidelity: number | null, costOf?: CostOf): Measured {
  const services = Object.values(figures.services);
  const { success, goodputPerSecond, wastedWork, latencyMs } = figures;
  return {
    ...(fidelity === null ? {} : { fidelity }),
    success,
    goodputPerSecond,
    p99Ms: latencyMs.p99,
    dispatches: services.reduce((sum, { dispatches }) => sum + dispatches, 0),
    wastedWork,
    instances: services.reduce((sum, { instances }) => sum + instances, 0),
    ...(costOf === undefined ? {} : { cost: costOf(figures) }),
  };
}
