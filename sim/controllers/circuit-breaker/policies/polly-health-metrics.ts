import { MILLISECOND } from '../../../kernel/time.ts';

/** Polly's `HealthInfo`. The rate is a share of one, 0 without any calls. */
export interface HealthInfo {
  readonly throughput: number;
  readonly failureRate: number;
  readonly failureCount: number;
}

/** Successes and failures of the last sampling duration. */
export abstract class HealthMetrics {
  abstract readonly window: 'single' | 'rolling';
  /** As of the last call of any method but the `…At` ones. */
  successes = 0;
  failures = 0;

  abstract incrementSuccess(now: number): void;
  abstract incrementFailure(now: number): void;
  abstract reset(now: number): void;
  /** Forgets what is too old. As in the product, this may begin a new window. */
  abstract update(now: number): void;
  /** What `successes` would be after `update`, without its effects. */
  abstract successesAt(now: number): number;
  /** What `failures` would be after `update`, without its effects. */
  abstract failuresAt(now: number): number;

  /** The product's reading of its health. */
  info(now: number): HealthInfo {
    this.update(now);
    const throughput = this.successes + this.failures;
    return { throughput, failureRate: failureRateOf(this.failures, throughput), failureCount: this.failures };
  }
}

export function failureRateOf(failures: number, throughput: number): number {
  return throughput === 0 ? 0 : failures / throughput;
}

const NUMBER_OF_WINDOWS = 10;
const TIMER_RESOLUTION = 20 * MILLISECOND;

/**
 * Ten rolling windows, or a single one where a tenth would be too short to time.
 *
 * Source: App-vNext/Polly `HealthMetrics.Create` (173d6d1d).
 */
export function createHealthMetrics(samplingDuration: number, start: number): HealthMetrics {
  return samplingDuration < TIMER_RESOLUTION * NUMBER_OF_WINDOWS
    ? new SingleHealthMetrics(samplingDuration, start)
    : new RollingHealthMetrics(samplingDuration, NUMBER_OF_WINDOWS);
}

/**
 * One window that is emptied when the sampling duration is over.
 *
 * Source: App-vNext/Polly `SingleHealthMetrics` (173d6d1d).
 */
export class SingleHealthMetrics extends HealthMetrics {
  readonly window = 'single';
  private readonly samplingDuration: number;
  private startedAt: number;

  constructor(samplingDuration: number, start: number) {
    super();
    this.samplingDuration = samplingDuration;
    this.startedAt = start;
  }

  incrementSuccess(now: number): void {
    this.update(now);
    this.successes += 1;
  }

  incrementFailure(now: number): void {
    this.update(now);
    this.failures += 1;
  }

  reset(now: number): void {
    this.startedAt = now;
    this.successes = 0;
    this.failures = 0;
  }

  update(now: number): void {
    if (this.isOver(now)) this.reset(now);
  }

  successesAt(now: number): number {
    return this.isOver(now) ? 0 : this.successes;
  }

  failuresAt(now: number): number {
    return this.isOver(now) ? 0 : this.failures;
  }

  private isOver(now: number): boolean {
    return now - this.startedAt >= this.samplingDuration;
  }
}

/**
 * A queue of windows. A window begins with the first event (or reading) after the one before is over, so they are not
 * aligned on anything; it leaves as a whole when its beginning is a sampling duration ago.
 *
 * Source: App-vNext/Polly `RollingHealthMetrics` (173d6d1d).
 */
export class RollingHealthMetrics extends HealthMetrics {
  readonly window = 'rolling';
  private readonly samplingDuration: number;
  private readonly windowDuration: number;
  private readonly startedAt: Float64Array;
  private readonly windowSuccesses: Float64Array;
  private readonly windowFailures: Float64Array;
  private oldest = 0;
  private count = 0;

  constructor(samplingDuration: number, windows: number) {
    super();
    this.samplingDuration = samplingDuration;
    this.windowDuration = Math.floor(samplingDuration / windows);
    // Beginnings are a window's length apart, cut down: one more may be alive, and one more is queued before any leaves.
    const capacity = windows + 2;
    this.startedAt = new Float64Array(capacity);
    this.windowSuccesses = new Float64Array(capacity);
    this.windowFailures = new Float64Array(capacity);
  }

  incrementSuccess(now: number): void {
    this.update(now);
    this.successes += 1;
    this.windowSuccesses[this.place(this.count - 1)] += 1;
  }

  incrementFailure(now: number): void {
    this.update(now);
    this.failures += 1;
    this.windowFailures[this.place(this.count - 1)] += 1;
  }

  reset(_now: number): void {
    this.successes = 0;
    this.failures = 0;
    this.count = 0;
  }

  update(now: number): void {
    if (this.count === 0 || now - this.startedAt[this.place(this.count - 1)] >= this.windowDuration) this.begin(now);
    while (this.hasLeft(this.oldest, now)) {
      this.successes -= this.windowSuccesses[this.oldest];
      this.failures -= this.windowFailures[this.oldest];
      this.oldest = this.place(1);
      this.count -= 1;
    }
  }

  successesAt(now: number): number {
    return this.successes - this.sumOfLeft(this.windowSuccesses, now);
  }

  failuresAt(now: number): number {
    return this.failures - this.sumOfLeft(this.windowFailures, now);
  }

  private sumOfLeft(counts: Float64Array, now: number): number {
    let sum = 0;
    for (let n = 0; n < this.count && this.hasLeft(this.place(n), now); n += 1) sum += counts[this.place(n)];
    return sum;
  }

  private begin(now: number): void {
    const window = this.place(this.count);
    this.count += 1;
    this.startedAt[window] = now;
    this.windowSuccesses[window] = 0;
    this.windowFailures[window] = 0;
  }

  private hasLeft(window: number, now: number): boolean {
    return now - this.startedAt[window] >= this.samplingDuration;
  }

  private place(n: number): number {
    return (this.oldest + n) % this.startedAt.length;
  }
}
