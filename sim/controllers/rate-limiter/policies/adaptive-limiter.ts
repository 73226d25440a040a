import type { RandomSource } from '../../../kernel/random.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, ERROR, OK } from '../../../stack/result.ts';
import type { LimiterPolicy } from '../policy.ts';
import { DENIED } from '../policy.ts';
import type { ConcurrencyLimitAlgorithm } from './concurrency-limit-algorithm.ts';
import { InFlightAtStart } from './in-flight-at-start.ts';

/**
 * Netflix concurrency-limits `SimpleLimiter`: passes while fewer are in flight than the algorithm's limit, and tells
 * the algorithm how each ended. As the listener's contract has it: an answer is a sample, a timeout or a refusal by
 * somebody else a drop; an error or a cancellation says nothing about the latency and only frees the slot.
 */
export class AdaptiveLimiter implements LimiterPolicy {
  private readonly algorithm: ConcurrencyLimitAlgorithm;
  private readonly started: InFlightAtStart;
  private inFlight = 0;

  /** @param most the highest limit that the algorithm can come to */
  constructor(algorithm: ConcurrencyLimitAlgorithm, most: number) {
    this.algorithm = algorithm;
    this.started = new InFlightAtStart(most);
  }

  acquire(now: number, _random?: RandomSource): number {
    if (this.inFlight >= this.algorithm.limit) return DENIED;
    this.inFlight++;
    this.started.put(now, this.inFlight);
    return 0;
  }

  /** Nothing: slots come back when their holders end, so one taken as a penalty would never come back. */
  charge(): void {}

  ended(now: number, kind: Kind, duration: number): void {
    const start = now - duration;
    const inFlight = this.started.take(start) || this.inFlight;
    if (this.inFlight > 0) this.inFlight--;
    if (kind === ERROR || kind === CANCELLED) return;
    // A refusal can come back at the instant of the call; a round trip takes some time.
    this.algorithm.onSample(start, Math.max(1, duration), inFlight, kind !== OK);
  }

  used(): number {
    return Math.min(1, this.inFlight / this.algorithm.limit);
  }
}
