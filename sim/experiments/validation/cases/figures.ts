import type { Observation } from '../observation.ts';

/** What cases read from a replication. Times in milliseconds. */

export const responseMs = ({ figures }: Observation): number => figures.latencyMs.mean;
export const waitMs = ({ figures }: Observation): number => figures.waitMs.mean;
export const waited = (run: Observation): number => run.waited;
export const success = ({ figures }: Observation): number => figures.success;
export const amplification = ({ figures }: Observation): number => figures.amplification;
/** Share of the requests that did not get an answer of any kind from the service. */
export const refused = ({ figures }: Observation): number => figures.outcomes.failed / figures.offered;
export const utilization =
  (service: string) =>
  ({ figures }: Observation): number =>
    figures.services[service].utilization;
export const queueLength =
  (service: string) =>
  ({ figures }: Observation): number =>
    figures.services[service].queueLength;

/** Share of the looks that found at least so many jobs in an instance. */
export const atLeast =
  (level: number) =>
  ({ levels }: Observation): number => {
    const sum = (values: readonly number[]): number => values.reduce((total, count) => total + count, 0);
    return sum(levels.slice(level)) / sum(levels);
  };

/** Variance of the number of jobs in an instance. */
export function levelVariance({ levels }: Observation): number {
  const looks = levels.reduce((total, count) => total + count, 0);
  const mean = levels.reduce((total, count, level) => total + count * level, 0) / looks;
  return levels.reduce((total, count, level) => total + count * level * level, 0) / looks - mean * mean;
}

/** The mean of a series of the timeline over [from, until) seconds. */
export function meanBetween(run: Observation, series: string, from: number, until: number): number {
  const { step, series: all } = run.timeline!;
  const values = all[series].filter((_, i) => i * step >= from * 1e9 - 1 && (i + 1) * step <= until * 1e9 + 1);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The same a second, for a series of counts. */
export function rateBetween(run: Observation, series: string, from: number, until: number): number {
  return (meanBetween(run, series, from, until) * 1e9) / run.timeline!.step;
}
