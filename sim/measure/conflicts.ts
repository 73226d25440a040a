/**
 * How two layers' decisions contradict each other. A closed list:
 * - overruled: one selected an instance, the other refused the same attempt;
 * - bypassed: one selected an instance, the other sent the try to another;
 * - misattributed: one changed its state on a refusal that the other had made;
 * - doubled: both retried one failure;
 * - opposed: one adds what the other takes away, on the same entity within the same interval.
 */
export const OVERRULED = 0;
export const BYPASSED = 1;
export const MISATTRIBUTED = 2;
export const DOUBLED = 3;
export const OPPOSED = 4;
export type ConflictKind = 0 | 1 | 2 | 3 | 4;
export const CONFLICT_NAMES = ['overruled', 'bypassed', 'misattributed', 'doubled', 'opposed'] as const;
export type ConflictName = (typeof CONFLICT_NAMES)[number];

/** Conflicts of one kind between two layers: `by` defeated `against`; in a misattribution `by` is the one misled. */
export interface ConflictCount {
  readonly by: string;
  readonly against: string;
  readonly kind: ConflictName;
  readonly count: number;
}

/** Counts of conflicts, layer by layer. */
export class ConflictMatrix {
  private readonly names: readonly string[];
  private readonly counts: Float64Array;
  /** Is told of each, if it is set. */
  listener: ((kind: ConflictKind, by: number, against: number) => void) | null = null;

  constructor(names: readonly string[]) {
    this.names = names;
    this.counts = new Float64Array(CONFLICT_NAMES.length * names.length * names.length);
  }

  add(kind: ConflictKind, by: number, against: number): void {
    this.counts[(kind * this.names.length + by) * this.names.length + against]++;
    this.listener?.(kind, by, against);
  }

  /** Those that occurred, most frequent first. */
  list(): ConflictCount[] {
    const { counts, names } = this;
    const found: ConflictCount[] = [];
    const n = names.length;
    for (let kind = 0; kind < CONFLICT_NAMES.length; kind++) {
      for (let by = 0; by < n; by++) {
        for (let against = 0; against < n; against++) {
          const count = counts[(kind * n + by) * n + against];
          if (count > 0) found.push({ by: names[by], against: names[against], kind: CONFLICT_NAMES[kind], count });
        }
      }
    }
    return found.sort((a, b) => b.count - a.count || (a.by < b.by ? -1 : 1));
  }
}
