import type { RandomSource } from '../../../kernel/random.ts';
import { uniform } from '../../../kernel/random.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, OK } from '../../../stack/result.ts';
import { duration, integer, number } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';
import { rejectProbability } from './adaptive-throttle.ts';
import { Lookback } from './lookback.ts';

/**
 * The throttler of gRPC's route lookup client (grpc-go balancer/rls/internal/adaptive at 4793ad047). Accepts and
 * throttles count when the answer comes; a local rejection is one more throttle, as if the server had made it.
 */
export class GrpcThrottler {
  readonly accepts: Lookback;
  readonly throttles: Lookback;
  private readonly ratioForAccepts: number;
  private readonly padding: number;

  /** @param window nanoseconds */
  constructor(window: number, bins: number, ratioForAccepts: number, requestsPadding: number) {
    this.accepts = new Lookback(window, bins);
    this.throttles = new Lookback(window, bins);
    this.ratioForAccepts = ratioForAccepts;
    this.padding = requestsPadding;
  }

  /** Whether to reject a request by itself, given a number drawn from [0, 1). */
  shouldThrottle(now: number, draw: number): boolean {
    if (this.probability(now) <= draw) return false;
    this.throttles.add(now, 1);
    return true;
  }

  /** The answer to a request that was sent has come. */
  registerBackendResponse(now: number, throttled: boolean): void {
    (throttled ? this.throttles : this.accepts).add(now, 1);
  }

  probability(now: number): number {
    const accepts = this.accepts.sum(now);
    return rejectProbability(accepts + this.throttles.sum(now), accepts, this.ratioForAccepts, this.padding);
  }
}

/** gRPC's throttler in front of calls; as in grpc-java, every answer that is an error counts as throttled. */
export class GrpcAdaptiveThrottle implements LimiterPolicy {
  private readonly throttler: GrpcThrottler;

  constructor(throttler: GrpcThrottler) {
    this.throttler = throttler;
  }

  acquire(now: number, random: RandomSource): number {
    return this.throttler.shouldThrottle(now, uniform(random)) ? DENIED : 0;
  }

  charge(now: number, cost: number): void {
    this.throttler.throttles.add(now, cost);
  }

  ended(now: number, kind: Kind): void {
    if (kind !== CANCELLED) this.throttler.registerBackendResponse(now, kind !== OK);
  }

  /** The probability of a rejection. */
  used(now: number): number {
    return this.throttler.probability(now);
  }
}

export const grpcAdaptiveThrottle = defineLimiterPolicy({
  name: 'grpcAdaptiveThrottle',
  about: "gRPC's client-side throttling: rejects at random what the server would probably reject.",
  product: 'gRPC route lookup (RLS) client',
  parameters: {
    window: duration({
      about: 'How far back answers are counted.',
      default: '30s',
      min: '1ms',
      source: 'grpc-go balancer/rls/internal/adaptive/adaptive.go: defaultDuration',
    }),
    bins: integer({
      about: 'Bins into which the window is cut.',
      default: 100,
      min: 1,
      source: 'grpc-go adaptive.go: defaultBins',
    }),
    ratioForAccepts: number({
      about: 'How many times the accepted requests may be asked for.',
      default: 2,
      min: 1,
      source: 'grpc-go adaptive.go: defaultRatioForAccepts',
    }),
    requestsPadding: number({
      about: 'Added to the requests in the denominator: how many must fail before it matters.',
      default: 8,
      min: 0,
      source: 'grpc-go adaptive.go: defaultRequestsPadding',
    }),
  },
  sources: [
    'grpc-go balancer/rls/internal/adaptive/{adaptive,lookback}.go at 4793ad047',
    'grpc-java rls CachingRlsLbClient: onError registers a throttled response, onCompleted an accepted one',
  ],
  knownToGetWrong: [
    'Every error counts as throttled, so a bug in the server throttles its clients.',
    'grpc-go makes the throttler but, as read, registers no answers with it, so there it never throttles; this is what ' +
      'the algorithm does where it is fed.',
    'Requests that are never answered count as nothing.',
  ],
  create: ({ window, bins, ratioForAccepts, requestsPadding }) =>
    new GrpcAdaptiveThrottle(new GrpcThrottler(window, bins, ratioForAccepts, requestsPadding)),
});
