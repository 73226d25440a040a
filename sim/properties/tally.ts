import type { CaseResult } from './case-result.ts';
import type { Judgement, Property } from './property.ts';

/** How often a property was judged, and how often it could not have been broken. */
export interface PropertyTally {
  readonly property: string;
  readonly about: string;
  cases: number;
  vacuous: number;
  /** Why, by how often. */
  readonly reasons: Map<string, number>;
}

export function newTally({ name, about }: Property): PropertyTally {
  return { property: name, about, cases: 0, vacuous: 0, reasons: new Map() };
}

export function count(tally: PropertyTally, { vacuous }: Judgement): void {
  tally.cases++;
  if (vacuous === undefined) return;
  tally.vacuous++;
  tally.reasons.set(vacuous, (tally.reasons.get(vacuous) ?? 0) + 1);
}

/** In how many cases something really happened, by what: "a fault struck", "`breaker` opened". */
export class Activity {
  cases = 0;
  readonly counts = new Map<string, number>();

  note({ runs, design }: CaseResult): void {
    this.cases++;
    const seen = new Set<string>();
    for (const run of runs) {
      if (!run.isMade) continue;
      const { faults, layers } = run.figures;
      if (faults.struck > 0) seen.add('a fault or a surge struck');
      for (const [name, { retries, refusals }] of Object.entries(layers ?? {})) {
        if (retries > 0) seen.add(`\`${name}\` retried`);
        if (refusals > 0) seen.add(`\`${name}\` refused`);
      }
      for (const { layer, to } of run.changes) {
        if (to === 'open' || to === 'ejected') seen.add(`\`${layer}\` ${to === 'open' ? 'opened' : 'ejected'}`);
      }
      for (const { name } of design.autoscalers) {
        if (run.changes.some(({ layer }) => layer === name)) seen.add(`\`${name}\` scaled`);
      }
    }
    for (const what of seen) this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
