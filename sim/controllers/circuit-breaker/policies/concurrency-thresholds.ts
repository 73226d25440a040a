/** What may be under way at once, over all calls of one cluster. */
export interface ThresholdLimits {
  /** Connections, of which each carries one request at a time; Infinity where one connection carries any number. */
  readonly maxConnections: number;
  /** Requests that wait for a connection. */
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  /** In the place of `maxRetries`: a share of what is active or pending, but always so many; null for none. */
  readonly retryBudget: { readonly share: number; readonly minRetryConcurrency: number } | null;
}

export const PASSES = 0;
/** Every connection is in use, and there is room to wait for one. */
export const WAITS = 1;
export const OVERFLOWS = 2;
export type Admission = 0 | 1 | 2;

/**
 * Limits on concurrency without a state to open or close: each request is asked for room against the counts of this
 * moment, and nothing is learned from how it ends.
 *
 *   a retry:                  retries outstanding < maxRetries, or < max(floor(share * (active + pending)), minimum)
 *   no connection free:       pending < maxPendingRequests, then it waits for one
 *   else:                     active < maxRequests
 *
 * A pool always opens its first connection, so that what waits cannot wait for ever.
 *
 * Source: envoyproxy/envoy source/common/upstream/resource_manager_impl.h, source/common/conn_pool/conn_pool_base.cc
 * newStreamImpl, attachStreamToClient, tryCreateNewConnection.
 */
export class ConcurrencyThresholds {
  /** Requests that hold a connection, and those that wait for one. */
  active = 0;
  pending = 0;
  /** Retries among both. */
  retries = 0;
  private readonly limits: ThresholdLimits;
  private readonly connections: number;

  constructor(limits: ThresholdLimits) {
    this.limits = limits;
    this.connections = Math.max(1, limits.maxConnections);
  }

  /** Asks for room. What passes or waits is counted, until `ended`, `left`, or by way of `granted` and then `ended`. */
  ask(isRetry: boolean): Admission {
    const { maxPendingRequests, maxRequests } = this.limits;
    if (isRetry && this.retries >= this.retryLimit) return OVERFLOWS;
    const hasConnection = this.active < this.connections;
    if (hasConnection ? this.active >= maxRequests : this.pending >= maxPendingRequests) return OVERFLOWS;
    if (isRetry) this.retries++;
    if (hasConnection) this.active++;
    else this.pending++;
    return hasConnection ? PASSES : WAITS;
  }

  /** Counts one that passes although there is no room. */
  force(isRetry: boolean): void {
    this.active++;
    if (isRetry) this.retries++;
  }

  /** An active one is over: whether one that waits may have its connection. */
  ended(isRetry: boolean): boolean {
    this.active--;
    if (isRetry) this.retries--;
    return this.pending > 0 && this.active < this.connections;
  }

  /** One that waited has got a connection. */
  granted(): void {
    this.pending--;
    this.active++;
  }

  /** One that waited is given up. */
  left(isRetry: boolean): void {
    this.pending--;
    if (isRetry) this.retries--;
  }

  /** How many retries may be outstanding now. */
  get retryLimit(): number {
    const { maxRetries, retryBudget } = this.limits;
    if (retryBudget === null) return maxRetries;
    return Math.max(Math.floor(retryBudget.share * (this.active + this.pending)), retryBudget.minRetryConcurrency);
  }

  /** The largest share of a limit that is in use. */
  get used(): number {
    const { maxRequests } = this.limits;
    return Math.max(shareOf(this.active, maxRequests), shareOf(this.active, this.connections));
  }
}

function shareOf(used: number, limit: number): number {
  return limit === 0 ? 1 : used / limit;
}
