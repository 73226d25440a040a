import type { RandomSource } from '../../../kernel/random.ts';
import { integer } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';

/** A fixed bulkhead: so many at once, and no queue. */
export class ConcurrencyLimit implements LimiterPolicy {
  private readonly maxConcurrent: number;
  private inFlight = 0;

  constructor(maxConcurrent: number) {
    this.maxConcurrent = maxConcurrent;
  }

  acquire(_now: number, _random?: RandomSource): number {
    if (this.inFlight >= this.maxConcurrent) return DENIED;
    this.inFlight++;
    return 0;
  }

  /** Nothing: slots come back when their holders end, so one taken as a penalty would never come back. */
  charge(): void {}

  ended(): void {
    if (this.inFlight > 0) this.inFlight--;
  }

  used(): number {
    return this.maxConcurrent === 0 ? 1 : this.inFlight / this.maxConcurrent;
  }
}

export const concurrencyLimit = defineLimiterPolicy({
  name: 'concurrencyLimit',
  about: 'A bulkhead: so many attempts at once, the others are denied.',
  parameters: {
    maxConcurrent: integer({
      about: 'Attempts at once.',
      default: 25,
      source: 'Resilience4j BulkheadConfig: maxConcurrentCalls 25, maxWaitDuration 0',
    }),
  },
  sources: ['Resilience4j SemaphoreBulkhead at af9e7c979'],
  knownToGetWrong: [
    'The right number changes with the latency behind it: a fixed one is too low when it is fast, too high when slow.',
    'Calls that hang hold their slots until somebody ends them.',
  ],
  create: ({ maxConcurrent }) => new ConcurrencyLimit(maxConcurrent),
});
