/**
 * An algorithm that finds out how many may be in flight at once, from samples of calls that ended. Netflix
 * concurrency-limits `Limit`; the limiter in front of it (`AdaptiveLimiter`) counts and refuses.
 */
export interface ConcurrencyLimitAlgorithm {
  /** How many may be in flight; whole. */
  readonly limit: number;
  /**
   * One call ended.
   *
   * @param start when it began; @param rtt how long it took; nanoseconds
   * @param inFlight how many were in flight when it began, itself included
   * @param dropped whether it was lost: timed out, or refused by somebody else
   */
  onSample(start: number, rtt: number, inFlight: number, dropped: boolean): void;
}
