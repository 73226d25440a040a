/**
 * A piece of a recorded run, as plain arrays that go from thread to thread without copying. Times are milliseconds of
 * simulated time. Chunks are to be joined in order.
 */
export interface RecordingChunk {
  readonly legs: LegColumns;
  readonly ends: EndColumns;
  readonly conflicts: ConflictColumns;
  readonly samples: SampleColumns;
  readonly transitions: readonly Transition[];
  /** Recorded up to here. */
  readonly until: number;
  /** Legs that were left out because there were too many. */
  readonly omitted: number;
}

/** One attempt's way: from its caller, or from the layer that tried again, to where it ended. In the order of their ends. */
export interface LegColumns {
  readonly request: Uint32Array;
  readonly edge: Uint8Array;
  /** 0 from the client, n + 1 from the layer at place n that tried again. */
  readonly from: Uint8Array;
  readonly start: Float32Array;
  readonly end: Float32Array;
  /** The instance that it reached; -1 - n where the layer at place n refused it; `NOWHERE` where there was no instance. */
  readonly where: Int16Array;
  /** How it ended: a code of `KIND_NAMES`. */
  readonly kind: Uint8Array;
  /** The leg of the same request that ended last before, by its number among all legs; -1 for none. */
  readonly after: Int32Array;
}

export const NOWHERE = -32768;

/** The number of no request. */
export const NO_REQUEST = 0xffff_ffff;

/** Requests, in the order in which they ended. */
export interface EndColumns {
  readonly request: Uint32Array;
  readonly arrivedAt: Float32Array;
  readonly endedAt: Float32Array;
  /** A code of `OUTCOME_NAMES`. */
  readonly outcome: Uint8Array;
  /** Index of the layer that made the deciding result, plus one; 0 for an instance or the network. */
  readonly origin: Uint8Array;
  readonly cause: Uint8Array;
  readonly conflicts: Uint8Array;
  /** Its dispatches. */
  readonly dispatches: Uint8Array;
}

/**
 * Conflicts between two layers, each with the request on which they occurred: `NO_REQUEST` where they were opposed, which
 * they are over a service, whatever it is asked.
 */
export interface ConflictColumns {
  readonly at: Float32Array;
  readonly request: Uint32Array;
  /** A code of `CONFLICT_NAMES`. */
  readonly kind: Uint8Array;
  readonly by: Uint8Array;
  readonly against: Uint8Array;
}

/** A layer changed a state that it holds for a key, or an autoscaler what it wants. */
export interface Transition {
  readonly at: number;
  readonly layer: number;
  readonly key: number;
  readonly from: string;
  readonly to: string;
}

/** Samples at equal distances: as many rows of `width` numbers each, as the `SampleLayout` says. */
export interface SampleColumns {
  readonly rows: Float32Array;
  readonly count: number;
}

/** What a group of numbers in each sample is. */
export type SampleKind =
  /** Requests in each instance, and how it is: a code of `HEALTH_NAMES`. */
  | 'load'
  | 'health'
  /** Of a service: replicas wanted, starting, ready. */
  | 'replicas'
  /** Of a layer, by key: what it believes (a load, or the share of an allowance that is used), and what is right by itself. */
  | 'believed'
  | 'entitled'
  /** Of a layer with states, by key: 0 closed or in, 1 half-open, 2 open or ejected. */
  | 'state'
  /** Of a layer since the last sample: decisions, sum of their ages (ms), refusals, retries. */
  | 'acts';

export interface SampleGroup {
  readonly kind: SampleKind;
  /** Index of the service; -1 for a layer's group. */
  readonly service: number;
  /** Index of the layer; -1 for a service's group. */
  readonly layer: number;
  readonly offset: number;
  readonly count: number;
}

export interface SampleLayout {
  /** Milliseconds between samples; the first is taken after the first interval. */
  readonly interval: number;
  readonly width: number;
  readonly groups: readonly SampleGroup[];
}

export const HEALTH_NAMES = ['healthy', 'slow', 'failing', 'starting', 'leaving', 'down'] as const;
export type HealthName = (typeof HEALTH_NAMES)[number];
