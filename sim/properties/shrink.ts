import type fc from 'fast-check';
import type { Steps } from '../experiments/steps.ts';
import type { CaseResult } from './case-result.ts';
import type { Edits } from './edits.ts';
import { distance, keyOf, NO_EDITS } from './edits.ts';
import type { Judgement } from './property.ts';
import type { Case, Drawn, SearchStep } from './search.ts';

type Judged = readonly [CaseResult, Judgement];

/** How candidates are judged, and how long. */
export interface Shrinking {
  /** Undefined for what makes no scenario. */
  judge(edits: Edits): Judged | undefined;
  isOver(): boolean;
  step(): SearchStep;
}

export interface Shrunk {
  readonly result: CaseResult;
  readonly judgement: Judgement;
  /** The nearest that was seen to pass; null if the baseline fails. */
  readonly neighbour: { readonly result: CaseResult; readonly judgement: Judgement } | null;
  /** Whether nothing smaller is left to try. */
  readonly isMinimal: boolean;
}

/**
 * Makes a failure as small as it can be: fewest edits, nearest to the baseline. First as its arbitrary shrinks, which
 * leaves out whole edits and halves the way of each to the baseline; then every edit that is left is tried without.
 */
export function* shrink(
  found: Case,
  result: CaseResult,
  judgement: Judgement,
  shrinking: Shrinking,
): Steps<SearchStep, Shrunk> {
  const shrinker = new Shrinker([result, judgement], shrinking);
  if (Object.keys(found.edits).length > 0) {
    yield* shrinker.meet(NO_EDITS);
    if (found.drawn !== null) yield* shrinker.alongArbitrary(found.drawn);
    yield* shrinker.dropEdits();
  }
  return shrinker.outcome;
}

class Shrinker {
  private best: Judged;
  private readonly passed: Judged[] = [];
  private readonly tried = new Set<string>();
  private readonly shrinking: Shrinking;
  private isCutShort = false;

  constructor(best: Judged, shrinking: Shrinking) {
    this.best = best;
    this.shrinking = shrinking;
    this.tried.add(keyOf(best[0].edits));
  }

  get outcome(): Shrunk {
    const [result, judgement] = this.best;
    const passed = this.passed.map((judged) => ({ judged, far: distance(judged[0].edits, result.edits) }));
    const [nearest] = passed.toSorted((a, b) => a.far - b.far);
    const neighbour = nearest === undefined ? null : { result: nearest.judged[0], judgement: nearest.judged[1] };
    return { result, judgement, neighbour, isMinimal: !this.isCutShort };
  }

  /** Tries a candidate. Returns whether it fails as well. */
  *meet(edits: Edits): Steps<SearchStep, boolean> {
    const key = keyOf(edits);
    if (this.tried.has(key)) return false;
    // Without the baseline beside it a failure cannot be told.
    if (this.shrinking.isOver() && this.tried.size > 1) {
      this.isCutShort = true;
      return false;
    }
    this.tried.add(key);
    yield this.shrinking.step();
    const judged = this.shrinking.judge(edits);
    if (judged === undefined) return false;
    if (judged[1].ok) {
      this.passed.push(judged);
      return false;
    }
    this.best = judged;
    return true;
  }

  *alongArbitrary({ arbitrary, value }: Drawn): Steps<SearchStep, void> {
    let at: fc.Value<Edits> | undefined = value;
    while (at !== undefined && !this.isCutShort) {
      let smaller: fc.Value<Edits> | undefined;
      for (const candidate of arbitrary.shrink(at.value, at.context)) {
        if (yield* this.meet(candidate.value)) {
          smaller = candidate;
          break;
        }
        if (this.isCutShort) return;
      }
      at = smaller;
    }
  }

  /** Some edits do nothing: drops those, until every one that is left is needed. */
  *dropEdits(): Steps<SearchStep, void> {
    let goesOn = true;
    while (goesOn && !this.isCutShort) {
      goesOn = false;
      const { edits } = this.best[0];
      for (const path of Object.keys(edits)) {
        const { [path]: _dropped, ...rest } = edits;
        if (yield* this.meet(rest)) {
          goesOn = true;
          break;
        }
      }
    }
  }
}
