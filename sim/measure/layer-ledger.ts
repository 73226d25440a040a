import { Histogram } from './histogram.ts';

/**
 * How a decision was wrong, judged locally by the truth at its moment. A closed list:
 * - wrongfulRefusal: refused though it could be served where it was going, or though the client's quota allowed it;
 * - misroute: the chosen instance would answer later than the best by more than max(10 ms, 10 % of the deadline);
 * - harmfulRetry: a retry or hedge that landed on an overloaded service;
 * - duplicateRetry: a retry or hedge of a call whose effect had already been carried out;
 * - prematureTimeout: a timer ended a try that would have been answered well before the deadline;
 * - overScaled, underScaled: an evaluation that left more, or fewer, replicas than hold the target at the true demand.
 */
export const WRONG_KINDS = [
  'wrongfulRefusal',
  'misroute',
  'harmfulRetry',
  'duplicateRetry',
  'prematureTimeout',
  'overScaled',
  'underScaled',
] as const;
export type WrongKind = (typeof WRONG_KINDS)[number];
export const WRONGFUL_REFUSAL = 0;
export const MISROUTE = 1;
export const HARMFUL_RETRY = 2;
export const DUPLICATE_RETRY = 3;
export const PREMATURE_TIMEOUT = 4;
export const OVER_SCALED = 5;
export const UNDER_SCALED = 6;

/** What one layer decided, and how well. */
export class LayerLedger {
  decisions = 0;
  readonly wrong = new Float64Array(WRONG_KINDS.length);
  /** Age of the state that each decision was made on, nanoseconds. */
  readonly staleness = new Histogram();
  /** Decisions on something never seen. */
  unknown = 0;
  /** Sum and number of |believed - true| over its choices. */
  beliefErrorSum = 0;
  beliefErrors = 0;
  refusals = 0;
  retries = 0;
  /** Answers of its own in the place of failures. */
  fallbacks = 0;
  /** Changes of state back to the one before: flapping. */
  reversals = 0;
  transitions = 0;
  /** Evaluations of a control loop of its own. */
  loops = 0;
  /** Choices of an instance, and those whose attempt got there. */
  intended = 0;
  reached = 0;
  /** Integrals of replicas above and below what was needed (for autoscalers), replica-nanoseconds. */
  overArea = 0;
  underArea = 0;
  /** When an autoscaler was last judged. */
  judgedAt = -1;

  decided(age: number): void {
    this.decisions++;
    // What is a layer's own is live, which is most of it: counted when the figures are read.
    if (age === 0) return;
    if (age === Infinity) this.unknown++;
    else this.staleness.record(age);
  }
}
