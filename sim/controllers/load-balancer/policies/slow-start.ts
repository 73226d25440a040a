import { pow } from '../../../kernel/math.ts';
import { MILLISECOND } from '../../../kernel/time.ts';
import { duration, number, share } from '../../parameters.ts';

const SOURCE = 'Envoy envoy.config.cluster.v3.Cluster.SlowStartConfig';

export const slowStartParameters = {
  slowStartWindow: duration({
    about: 'How long a host that is new, or has just passed its health check again, is given less; 0 turns it off.',
    source: `${SOURCE}: off unless slow_start_config is set`,
    default: '0s',
  }),
  aggression: number({
    about: 'How fast the weight grows: 1 linearly with age, above 1 faster at first.',
    source: `${SOURCE} aggression (runtime)`,
    default: 1,
  }),
  minWeightPercent: share({
    about: 'The least share of its weight that a host is given, whatever its age.',
    source: `${SOURCE} min_weight_percent`,
    default: '10%',
  }),
};

export interface SlowStartConfig {
  /** Nanoseconds; 0 turns slow start off. */
  readonly slowStartWindow: number;
  readonly aggression: number;
  /** A share of one. */
  readonly minWeightPercent: number;
}

/** What a weighted policy asks of slow start. */
export interface WarmUp {
  /** Whether any host may be within its window; if not, no weight is scaled. */
  running(now: number): boolean;
  /** The share of its weight that a host gets now: above 0, at most 1. */
  factor(host: number, now: number): number;
}

/**
 * Envoy's slow start: the weight of a host grows with its age, counted from when it was created or, with active health
 * checks, from when it passed one after failing:
 *
 *   factor = max((max(1 ms, age) / window)^(1 / aggression), minWeightPercent)
 *
 * Ages are cut to whole milliseconds, as in the product. Only round robin and least request honour it.
 * Source: envoyproxy/envoy source/extensions/load_balancing_policies/common/load_balancer_impl.cc applySlowStartFactor,
 * noHostsAreInSlowStart. A host whose start nobody reported has its full weight.
 */
export class SlowStart implements WarmUp {
  private readonly windowMs: number;
  private readonly exponent: number;
  private readonly least: number;
  private readonly startedAt: Float64Array;
  /** The latest start of any host; at first the creation of the balancer itself. */
  private latest: number;

  /** @param capacity hosts are 0 … capacity - 1; @param now when the balancer was created */
  constructor(config: SlowStartConfig, capacity: number, now = 0) {
    this.windowMs = wholeMilliseconds(config.slowStartWindow);
    // The product falls back to 1 if runtime hands it an aggression that is not positive.
    this.exponent = config.aggression > 0 ? 1 / config.aggression : 1;
    this.least = config.minWeightPercent;
    this.startedAt = new Float64Array(capacity).fill(-Infinity);
    this.latest = now;
  }

  /** A healthy host was added, or passed its health check after failing. */
  began(host: number, now: number): void {
    this.startedAt[host] = now;
    this.latest = Math.max(this.latest, now);
  }

  running(now: number): boolean {
    return this.windowMs > 0 && wholeMilliseconds(now - this.latest) <= this.windowMs;
  }

  factor(host: number, now: number): number {
    const age = wholeMilliseconds(now - this.startedAt[host]);
    if (!(age < this.windowMs)) return 1;
    return Math.max(pow(Math.max(1, age) / this.windowMs, this.exponent), this.least);
  }
}

function wholeMilliseconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / MILLISECOND);
}
