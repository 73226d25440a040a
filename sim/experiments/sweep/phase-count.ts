import { median } from '../../measure/statistics.ts';
import { PHASES } from './phase.ts';
import type { Phase } from './phase.ts';
import type { SweepRow } from './rows.ts';

/** The phases of a design over the seeds. */
export interface PhaseCount {
  /** That of the median seed; between two, the worse. */
  readonly phase: Phase;
  readonly seeds: Readonly<Record<Phase, number>>;
  /** Median over the seeds, for which staying down is longer than anything; null: it stays down. */
  readonly recoveryMs: number | null;
}

/** Counts the phases of a design's rows at one point; null where none were looked for. */
export function phaseCount(rows: readonly SweepRow[]): PhaseCount | null {
  const phases = rows.flatMap(({ figures }) => (figures.phase === undefined ? [] : [figures.phase]));
  if (phases.length === 0) return null;
  const counts = PHASES.map((phase) => phases.filter((one) => one.phase === phase).length);
  const ranks = phases.map(({ phase }) => PHASES.indexOf(phase)).sort((a, b) => a - b);
  const recovery = median(phases.map(({ recoveryMs }) => recoveryMs ?? Infinity));
  return {
    phase: PHASES[ranks[Math.floor(ranks.length / 2)]],
    seeds: Object.fromEntries(PHASES.map((phase, i) => [phase, counts[i]])) as Record<Phase, number>,
    recoveryMs: recovery === Infinity ? null : recovery,
  };
}
