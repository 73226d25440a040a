/**
 * Successes and requests by host, in the interval that runs and in the one before it: only a finished interval is
 * judged. A request counts in the interval in which it ends. O(1) a request, O(hosts) a turn.
 */
export class SuccessRates {
  private successes: Int32Array;
  private totals: Int32Array;
  private finishedSuccesses: Int32Array;
  private finishedTotals: Int32Array;

  constructor(capacity: number) {
    this.successes = new Int32Array(capacity);
    this.totals = new Int32Array(capacity);
    this.finishedSuccesses = new Int32Array(capacity);
    this.finishedTotals = new Int32Array(capacity);
  }

  record(host: number, success: boolean): void {
    this.totals[host]++;
    if (success) this.successes[host]++;
  }

  forget(host: number): void {
    this.successes[host] = 0;
    this.totals[host] = 0;
    this.finishedSuccesses[host] = 0;
    this.finishedTotals[host] = 0;
  }

  /** The interval is over. */
  turn(): void {
    const { finishedSuccesses, finishedTotals } = this;
    this.finishedSuccesses = this.successes;
    this.finishedTotals = this.totals;
    this.successes = finishedSuccesses.fill(0);
    this.totals = finishedTotals.fill(0);
  }

  /** Requests in the finished interval. */
  volume(host: number): number {
    return this.finishedTotals[host];
  }

  /** Successes in the finished interval. */
  succeeded(host: number): number {
    return this.finishedSuccesses[host];
  }
}

/** Mean and outlier threshold of rates: mean - factor * population standard deviation. */
export class OutlierThreshold {
  mean = -1;
  threshold = -1;

  clear(): void {
    this.mean = -1;
    this.threshold = -1;
  }

  /** @param rates of which the first `count` are taken, at least one */
  update(rates: ArrayLike<number>, count: number, stdevFactor: number): void {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += rates[i];
    this.mean = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const difference = rates[i] - this.mean;
      squares += difference * difference;
    }
    this.threshold = this.mean - stdevFactor * Math.sqrt(squares / count);
  }
}
