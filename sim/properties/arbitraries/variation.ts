import fc from 'fast-check';
import type { Baseline } from '../baseline.ts';
import type { Edits } from '../edits.ts';
import { NO_EDITS } from '../edits.ts';

/**
 * Something that a test varies: what it generates are edits to the baseline, and they shrink towards none. An arbitrary
 * of fast-check's own that generates edits will do as well.
 */
export interface Variation {
  /** The arbitrary over a baseline. Throws `PropertyTestError` if the baseline has nothing to vary. */
  over(baseline: Baseline): Varied;
}

/** A variation of one baseline. */
export interface Varied {
  readonly edits: fc.Arbitrary<Edits>;
  /** The edits furthest from the baseline: they are tried before the search begins, so that none is out of range. */
  readonly extremes: readonly Edits[];
  /** What it is made of, where that is several variations. */
  readonly parts?: readonly Varied[];
}

/** What a variation is made of in the end: each varies one thing. */
export function leavesOf(varied: Varied): Varied[] {
  return varied.parts === undefined ? [varied] : varied.parts.flatMap(leavesOf);
}

/** A variation, or a plain arbitrary of edits. */
export type Varying = Variation | fc.Arbitrary<Edits>;

/** Samples of a plain arbitrary that are tried before the search begins. */
const SAMPLES = 8;

export function variedOver(varying: Varying, baseline: Baseline): Varied {
  if ('over' in varying) return varying.over(baseline);
  return { edits: varying, extremes: fc.sample(varying, { seed: 1, numRuns: SAMPLES }) };
}

/** A variation that is the same over every baseline. */
export function fixed(edits: fc.Arbitrary<Edits>, extremes: readonly Edits[]): Varied {
  return { edits, extremes };
}

/** Several variations as one: each of them makes its edits, or makes none. */
export function together(parts: readonly Varied[]): Varied {
  return {
    edits: fc.tuple(...parts.map(maybe)).map((all) => Object.assign({}, ...all) as Edits),
    extremes: parts.flatMap(({ extremes }) => extremes),
    parts,
  };
}

/** The edits of a variation, or as often none, to which it shrinks first. */
export function maybe({ edits }: Varied): fc.Arbitrary<Edits> {
  return fc.option(edits, { nil: NO_EDITS, freq: 2 });
}
