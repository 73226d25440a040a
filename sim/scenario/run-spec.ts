import type { RecordingSpec } from '../measure/recording/recorder.ts';
import type { WorldSpec } from '../world/spec.ts';
import type { DesignSpec } from './scenario.ts';

/** What is to be kept of a run beyond its counts. What is not asked for is not computed. */
export interface MeasureSpec {
  /** Judge every decision by the truth of its moment. */
  readonly verdicts: boolean;
  /** Count decisions without judging them. */
  readonly decisions?: boolean;
  /** One byte a request, for comparison with other runs of the same world. */
  readonly log: boolean;
  /** Buckets of a timeline; 0 for none. */
  readonly timeline: number;
  /** Numbers of the requests whose story is to be told. */
  readonly trace: readonly number[];
  /** Everything that is needed to play a stretch of the run back. Left out: nothing. */
  readonly recording?: RecordingSpec;
}

export const COUNTS_ONLY: MeasureSpec = { verdicts: false, log: false, timeline: 0, trace: [] };

/** One run, as plain data: a pure function of it gives the same result anywhere. */
export interface RunSpec {
  readonly world: WorldSpec;
  readonly design: DesignSpec;
  readonly seed: string;
  /** Draws of the design are re-keyed by this text; '' for the design's own. The world's draws never are. */
  readonly rekey: string;
  readonly measure: MeasureSpec;
}
