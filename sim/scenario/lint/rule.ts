import type { Path } from '../places.ts';
import type { LintedDesign } from './linted-design.ts';

/** `warning`: the design probably does not do what it means to. `note`: nothing is wrong, but somebody should know. */
export type Severity = 'warning' | 'note';

/** What a rule has found in one design. */
export interface Finding {
  /** Where, in the scenario. */
  readonly path: Path;
  /** The layers that it is about, the one that it stands at first. */
  readonly layers: readonly string[];
  /** With the figures of this design, in one sentence or two. */
  readonly message: string;
  /** The setting that it is about, where that is all that it says. */
  readonly setting?: Setting;
}

/** A setting that nobody has written. */
export interface Setting {
  readonly name: string;
  /** As a person would write it. */
  readonly value: string;
  readonly source: string;
}

/** A static check of a design: it looks at what is written, and runs nothing. */
export interface Rule {
  /** Stable: a rule keeps its code for ever, and a code is never used again. */
  readonly code: string;
  /** Stable too. */
  readonly name: string;
  readonly severity: Severity;
  /** What it finds, in one sentence. */
  readonly about: string;
  /** Why that matters. */
  readonly why: string;
  /** What to do about it. */
  readonly fix: string;
  readonly sources: readonly string[];
  check(design: LintedDesign): Finding[];
}
