/** Counts of calls, in the words of gobreaker's `Counts`. */
export interface GobreakerCounts {
  readonly requests: number;
  readonly totalSuccesses: number;
  readonly totalFailures: number;
  readonly totalExclusions: number;
  readonly consecutiveSuccesses: number;
  readonly consecutiveFailures: number;
}

const REQUESTS = 0;
const SUCCESSES = 1;
const FAILURES = 2;
const EXCLUSIONS = 3;
const CONSECUTIVE_SUCCESSES = 4;
const CONSECUTIVE_FAILURES = 5;
const FIELDS = 6;

/**
 * Totals over a ring of buckets, each bucket known by its age: the number of rolls since the last `clear`. A request is
 * counted in the current bucket, its result in the bucket that the request was counted in, if that is still there.
 *
 * Source: sony/gobreaker v2/counter.go (fed8e9e), `rollingCounts`.
 */
export class RollingCounts implements GobreakerCounts {
  requests = 0;
  totalSuccesses = 0;
  totalFailures = 0;
  totalExclusions = 0;
  consecutiveSuccesses = 0;
  consecutiveFailures = 0;
  age = 0;
  /** How many buckets there are. */
  readonly buckets: number;
  private readonly rows: Float64Array;

  constructor(buckets: number) {
    this.buckets = Math.max(0, buckets);
    this.rows = new Float64Array(this.buckets * FIELDS);
  }

  /** Requests that are neither finished and excluded; those in flight are among them. */
  get validRequests(): number {
    return Math.max(0, this.requests - this.totalExclusions);
  }

  onRequest(): void {
    this.requests += 1;
    if (this.buckets > 0) this.rows[this.row(this.age) + REQUESTS] += 1;
  }

  onSuccess(age: number): void {
    if (!this.holds(age)) return;
    const row = this.row(age);
    this.totalSuccesses += 1;
    this.consecutiveSuccesses += 1;
    this.consecutiveFailures = 0;
    this.rows[row + SUCCESSES] += 1;
    this.rows[row + CONSECUTIVE_SUCCESSES] += 1;
    this.rows[row + CONSECUTIVE_FAILURES] = 0;
  }

  onFailure(age: number): void {
    if (!this.holds(age)) return;
    const row = this.row(age);
    this.totalFailures += 1;
    this.consecutiveFailures += 1;
    this.consecutiveSuccesses = 0;
    this.rows[row + FAILURES] += 1;
    this.rows[row + CONSECUTIVE_FAILURES] += 1;
    this.rows[row + CONSECUTIVE_SUCCESSES] = 0;
  }

  onExclusion(age: number): void {
    if (!this.holds(age)) return;
    this.totalExclusions += 1;
    this.rows[this.row(age) + EXCLUSIONS] += 1;
  }

  /** Forgets everything; the age is 0 again. */
  clear(): void {
    this.requests = 0;
    this.totalSuccesses = 0;
    this.totalFailures = 0;
    this.totalExclusions = 0;
    this.consecutiveSuccesses = 0;
    this.consecutiveFailures = 0;
    this.age = 0;
    this.rows.fill(0);
  }

  /** Starts a new bucket in the place of the oldest. */
  roll(): void {
    this.age += 1;
    if (this.buckets === 0) return;
    const row = this.row(this.age);
    this.subtract(row);
    this.rows.fill(0, row, row + FIELDS);
  }

  /** Rolls until `age` is current; an age that has passed changes nothing. */
  grow(age: number): void {
    if (age - this.age >= this.buckets && age > this.age) {
      this.clear();
      this.age = age;
      return;
    }
    while (this.age < age) this.roll();
  }

  /** The bucket that lies `offset` behind (or before) the current one, round the ring. */
  bucketAt(offset: number): GobreakerCounts {
    return this.bucket(this.age + offset);
  }

  /** The bucket in place `index` of the ring. */
  bucket(index: number): GobreakerCounts {
    const place = this.buckets === 0 ? 0 : ((index % this.buckets) + this.buckets) % this.buckets;
    const row = place * FIELDS;
    return {
      requests: this.rows[row + REQUESTS] ?? 0,
      totalSuccesses: this.rows[row + SUCCESSES] ?? 0,
      totalFailures: this.rows[row + FAILURES] ?? 0,
      totalExclusions: this.rows[row + EXCLUSIONS] ?? 0,
      consecutiveSuccesses: this.rows[row + CONSECUTIVE_SUCCESSES] ?? 0,
      consecutiveFailures: this.rows[row + CONSECUTIVE_FAILURES] ?? 0,
    };
  }

  private row(age: number): number {
    return (age % this.buckets) * FIELDS;
  }

  private holds(age: number): boolean {
    return age <= this.age && this.age - age < this.buckets;
  }

  private subtract(oldest: number): void {
    this.consecutiveSuccesses = this.runWithout(
      oldest,
      this.consecutiveSuccesses,
      this.totalSuccesses,
      SUCCESSES,
      CONSECUTIVE_SUCCESSES,
    );
    this.consecutiveFailures = this.runWithout(
      oldest,
      this.consecutiveFailures,
      this.totalFailures,
      FAILURES,
      CONSECUTIVE_FAILURES,
    );
    this.requests = Math.max(0, this.requests - this.rows[oldest + REQUESTS]);
    this.totalSuccesses = Math.max(0, this.totalSuccesses - this.rows[oldest + SUCCESSES]);
    this.totalFailures = Math.max(0, this.totalFailures - this.rows[oldest + FAILURES]);
    this.totalExclusions = Math.max(0, this.totalExclusions - this.rows[oldest + EXCLUSIONS]);
  }

  /** A run loses what it has in the oldest bucket if it reaches back to it: if all younger buckets are part of it. */
  private runWithout(oldest: number, run: number, total: number, totals: number, runs: number): number {
    const inOldest = this.rows[oldest + runs];
    const younger = total - this.rows[oldest + totals];
    return run === inOldest + younger ? Math.max(0, run - inOldest) : run;
  }
}
