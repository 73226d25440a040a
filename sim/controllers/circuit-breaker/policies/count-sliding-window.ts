import { SlidingWindow } from './sliding-window.ts';

const FAILED = 1;
const SLOW = 2;

/**
 * The last `capacity` calls, however old. A window of capacity 0 records nothing (a breaker that is switched off).
 *
 * Source: resilience4j-core `FixedSizeSlidingWindowMetrics`.
 */
export class CountSlidingWindow extends SlidingWindow {
  readonly capacity: number;
  private readonly outcomes: Uint8Array;
  private readonly durations: Float64Array;
  private next = 0;

  constructor(capacity: number) {
    super();
    this.capacity = capacity;
    this.outcomes = new Uint8Array(capacity);
    this.durations = new Float64Array(capacity);
  }

  record(_now: number, failed: boolean, slow: boolean, duration: number): void {
    if (this.capacity === 0) return;
    if (this.total === this.capacity) this.evict(this.next);
    this.outcomes[this.next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.durations[this.next] = duration;
    this.add(failed, slow, duration);
    this.next = this.next + 1 === this.capacity ? 0 : this.next + 1;
  }

  advance(_now: number): void {}

  clear(): void {
    this.clearTotals();
    this.next = 0;
  }

  private evict(index: number): void {
    const outcome = this.outcomes[index];
    this.total -= 1;
    this.totalDuration -= this.durations[index];
    if ((outcome & FAILED) !== 0) this.failed -= 1;
    if ((outcome & SLOW) !== 0) this.slow -= 1;
    if (outcome === (FAILED | SLOW)) this.slowFailed -= 1;
  }
}
