import type { Edits } from './edits.ts';
import type { Story } from './story.ts';
import type { PropertyTally } from './tally.ts';

/** The least that was found to break a property. */
export interface Counterexample {
  /** Name of the property, and what it says with its limits. */
  readonly property: string;
  readonly about: string;
  /** The design of the scenario that it is about. */
  readonly tested: string;
  /** From the baseline; none if the baseline itself breaks it. */
  readonly edits: Edits;
  /** The edits on one line. */
  readonly difference: string;
  /** The figures of the failure. */
  readonly told: string;
  /** The nearest edits that were seen to pass, how they differ, and their figures; null if the baseline fails. */
  readonly neighbour: { readonly edits: Edits; readonly difference: string; readonly told: string } | null;
  readonly story: Story;
  readonly seeds: readonly string[];
  /** The seed that shows it best, and the digest of the first one's run. */
  readonly seed: string;
  readonly digest: string;
  /** Whether time was left to make it as small as it can be. */
  readonly isMinimal: boolean;
  /** What it was found as. */
  readonly foundAs: Edits;
}

/** Why a search ended. */
export type End = 'runs' | 'budget' | 'settled' | 'exhausted' | 'interrupted';

/** What a search came to. */
export interface Findings {
  readonly cases: number;
  /** Cases that made no valid scenario together, and were passed over. */
  readonly skipped: number;
  readonly ended: End;
  readonly tallies: readonly PropertyTally[];
  readonly activity: readonly { readonly what: string; readonly cases: number }[];
  readonly counterexamples: readonly Counterexample[];
  /** Runs made, requests simulated in them, and how long it took. */
  readonly runs: number;
  readonly simulated: number;
  readonly elapsedMs: number;
}
