/**
 * Failures in a row by host, up to a threshold. The count starts anew when it has been acted on; the run of failures
 * itself, which only a success ends, is kept beside it.
 */
export class ConsecutiveFailures {
  private readonly threshold: number;
  private readonly counts: Int32Array;
  private readonly runs: Int32Array;

  /** @param threshold 0 is never reached */
  constructor(threshold: number, capacity: number) {
    this.threshold = threshold;
    this.counts = new Int32Array(capacity);
    this.runs = new Int32Array(capacity);
  }

  /** One more failure. Returns whether the count has reached the threshold by it; past it, it does not again. */
  failed(host: number): boolean {
    this.runs[host]++;
    return ++this.counts[host] === this.threshold;
  }

  /** The run is broken. */
  succeeded(host: number): void {
    this.runs[host] = 0;
    this.counts[host] = 0;
  }

  /** Counts from nothing, in the same run. */
  restart(host: number): void {
    this.counts[host] = 0;
  }

  /** Whether the run is as long as the threshold, acted on or not. */
  holds(host: number): boolean {
    return this.threshold > 0 && this.runs[host] >= this.threshold;
  }
}
