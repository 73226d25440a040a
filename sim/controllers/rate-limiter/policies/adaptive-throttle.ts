import type { RandomSource } from '../../../kernel/random.ts';
import { uniform } from '../../../kernel/random.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, LIMITED, REFUSED, TIMED_OUT } from '../../../stack/result.ts';
import { duration, flag, integer, number } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';
import { Lookback } from './lookback.ts';

/**
 * The probability with which a client rejects its own request: max(0, (requests - k accepts) / (requests + padding)).
 * Google SRE book, "Handling Overload", client-side throttling.
 */
export function rejectProbability(requests: number, accepts: number, k: number, padding: number): number {
  return requests > k * accepts ? (requests - k * accepts) / (requests + padding) : 0;
}

/**
 * Client-side adaptive throttling: a client counts what it asked for and what the backend accepted, and rejects by
 * itself, at random, what exceeds `k` times the accepted. Its own rejections count as requests: otherwise the
 * probability would swing between extremes.
 */
export class AdaptiveThrottle implements LimiterPolicy {
  private readonly k: number;
  private readonly padding: number;
  private readonly timeoutsAccepted: boolean;
  private readonly requests: Lookback;
  private readonly accepts: Lookback;

  /**
   * @param window how far back is counted, nanoseconds; @param bins into which it is cut
   * @param k times the accepted requests are let through; @param padding added below, against small numbers
   * @param timeoutsAccepted whether a request that timed out counts as accepted
   */
  constructor(window: number, bins: number, k: number, padding: number, timeoutsAccepted: boolean) {
    this.k = k;
    this.padding = padding;
    this.timeoutsAccepted = timeoutsAccepted;
    this.requests = new Lookback(window, bins);
    this.accepts = new Lookback(window, bins);
  }

  acquire(now: number, random: RandomSource): number {
    const rejected = uniform(random) < this.used(now);
    this.requests.add(now, 1);
    return rejected ? DENIED : 0;
  }

  charge(now: number, cost: number): void {
    this.requests.add(now, cost);
  }

  ended(now: number, kind: Kind): void {
    if (kind === REFUSED || kind === LIMITED || kind === CANCELLED) return;
    if (kind === TIMED_OUT && !this.timeoutsAccepted) return;
    this.accepts.add(now, 1);
  }

  /** The probability of a rejection. */
  used(now: number): number {
    return rejectProbability(this.requests.sum(now), this.accepts.sum(now), this.k, this.padding);
  }
}

export const adaptiveThrottle = defineLimiterPolicy({
  name: 'adaptiveThrottle',
  about: 'A client rejects its own requests at random, the more the fewer of them the backend has lately accepted.',
  parameters: {
    window: duration({
      about: 'How far back requests and accepts are counted.',
      default: '2m',
      min: '1s',
      source: 'Google SRE book, Handling Overload: two minutes',
    }),
    bins: integer({
      about: 'Bins into which the window is cut.',
      default: 120,
      min: 1,
      source: 'overcontrol: one a second; the book does not say',
    }),
    k: number({
      about: 'How many times the accepted requests may be asked for.',
      default: 2,
      min: 1,
      source: 'Google SRE book, Handling Overload: K = 2',
    }),
    padding: number({
      about: 'Added to the requests in the denominator.',
      default: 1,
      min: 0,
      source: 'Google SRE book, Handling Overload: requests + 1',
    }),
    timeoutsAccepted: flag({
      about: 'Whether a request that timed out counts as accepted.',
      default: false,
      source: 'overcontrol: an answer that never came is no accept; the book speaks of rejections only',
    }),
  },
  sources: ['Google SRE book (2016), chapter 21, "Handling Overload": client-side throttling'],
  knownToGetWrong: [
    'Requests count when sent and accepts when answered: where answers are slow, a surge alone raises the probability.',
    'It pools everything that it has seen: one bad instance, or one dear method, throttles all the others.',
    'A probability of nearly 1 lets few requests through to learn from, so recovery is seen late.',
  ],
  create: ({ window, bins, k, padding, timeoutsAccepted }) =>
    new AdaptiveThrottle(window, bins, k, padding, timeoutsAccepted),
});
