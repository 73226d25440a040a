import type { Call } from '../world/call.ts';
import type { Cause, Result } from '../world/result.ts';
import type { LayerIdentity } from './layer.ts';
import type { Passage } from './passage.ts';

/**
 * Where layers write down what they decide: what they believed, how old that was, and what they did. The measurement
 * judges each entry by the truth of the moment. `asOf` is the time of the state that a decision was made on
 * (`-Infinity` where nothing had been seen); it is never later than now.
 */
export interface Ledger {
  /** A balancer, or a retry that reselects, chose an instance, believing its load (or cost) to be `believed` (NaN if unknown). */
  selected(layer: LayerIdentity, passage: Passage, target: number, asOf: number, believed: number): void;
  /** No instance could be chosen. */
  foundNone(layer: LayerIdentity, passage: Passage, asOf: number): void;
  /** A gate let an attempt pass. */
  admitted(layer: LayerIdentity, passage: Passage, asOf: number): void;
  /** A gate refused an attempt, or would have (in shadow). `purpose` says how a refusal is judged. */
  refused(layer: LayerIdentity, passage: Passage, cause: Cause, asOf: number, purpose: RefusalPurpose): void;
  /** A layer tries once more, after `delay`, or hedges. */
  retried(layer: LayerIdentity, passage: Passage, after: Result, delay: number, hedge: boolean): void;
  /** A retry layer gives up on a result that it would have retried. */
  gaveUp(layer: LayerIdentity, passage: Passage, result: Result, why: GaveUp): void;
  /** A layer answered with its fallback in the place of this result. */
  fellBack(layer: LayerIdentity, passage: Passage, result: Result): void;
  /** A layer's own timer ended a try. */
  timedOut(layer: LayerIdentity, passage: Passage, child: Passage): void;
  /** A layer changed its state on this result: counted it, or charged a penalty for it. */
  charged(layer: LayerIdentity, passage: Passage, result: Result, cost: number): void;
  /** A breaker, an ejector or another layer with states changed one, for a key. */
  transition(layer: LayerIdentity, key: number, from: string, to: string, asOf: number): void;
  /**
   * An autoscaler decided: replicas wanted before and now. `target` is the share of their slots that it means to keep in
   * use.
   */
  scaled(layer: LayerIdentity, service: number, from: number, to: number, asOf: number, target: number): void;
  /** A dispatch left the innermost layer for this instance. */
  dispatched(passage: Passage, target: number): void;
  /** What an attempt of a traced call went through that is no decision. */
  answered(passage: Passage, result: Result): void;
  /** A call was given up by its caller. */
  hungUp(call: Call): void;
}

/** How a refusal is to be judged: by whether it could be served, or by a twin of the limiter charged once a request. */
export type RefusalPurpose = 'protection' | 'quotaKept' | 'quotaBroken';

export type GaveUp = 'tries' | 'budget' | 'notRetryable' | 'deadline';
