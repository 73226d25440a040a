import type { Gate } from './gate.ts';
import type { Observation } from './observation.ts';

/** One run of a scenario file, over its replications. */
export interface Point {
  /** A file in scenarios/validation, without `.yaml`. */
  readonly scenario: string;
  /** `layered` unless given. */
  readonly design?: string;
  /** Settings over the file, as after `--set`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Buckets of the timeline that the figures are read from. */
  readonly timeline?: number;
  /** How often the loads of the instances of the last service are looked at. */
  readonly looks?: number;
}

/** The replications of each point of a case, in the order of its points. */
export type Runs = readonly (readonly Observation[])[];

/** One number that is compared with what is known of it. */
export interface Figure {
  /** What is measured, in words. */
  readonly name: string;
  readonly unit?: Unit;
  readonly gate: Gate;
  /** Its value in each replication. */
  readonly values: (runs: Runs) => readonly number[];
}

/** How a figure is written; a plain number without one. */
export type Unit = 'share' | 'ms' | 's' | '/s';

/** A model whose behaviour is known, and the scenario that it is held against. */
export interface ValidationCase {
  /** Unique: a family and what tells it apart, such as `mm1/load-0.8`. */
  readonly name: string;
  /** Where the expected values come from. */
  readonly source: string;
  /** Whether the short form runs it. */
  readonly short: boolean;
  readonly points: readonly Point[];
  readonly figures: readonly Figure[];
}

/** A figure of a case of one point. */
export function ofOne(read: (run: Observation) => number): Figure['values'] {
  return ([runs]) => runs.map(read);
}

/** The expected value inside the interval, of half-width at most `cap` of it. */
export function inside(expected: number, cap: number, error?: number): Gate {
  return error === undefined ? { kind: 'inside', expected, cap } : { kind: 'inside', expected, cap, error };
}

/** The whole interval within a published tolerance. */
export function within(expected: number, tolerance: number): Gate {
  return { kind: 'within', low: expected - tolerance, high: expected + tolerance };
}
