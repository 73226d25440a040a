import type { RandomSource } from '../../../kernel/random.ts';
import { below, uniform } from '../../../kernel/random.ts';
import { duration, integer, number, share } from '../../parameters.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';
import { RecentQuantile } from './recent-quantile.ts';

const PAPER = 'Wydrowski et al., Load is not what you should balance: Introducing Prequal, NSDI 2024 (not read itself)';

export const prequal = describeProduct({
  name: 'prequal',
  product: 'Google Prequal',
  about: 'Probes a few random hosts per request and picks from a pool of probes: cold ones by latency, else by load.',
  parameters: {
    poolSize: integer({ about: 'Most probes kept.', source: PAPER, default: 16, min: 1, unconfirmed: true }),
    probesPerRequest: number({
      about: 'Probes sent per request, to distinct random hosts; fractions are drawn (r_probe).',
      source: PAPER,
      default: 3,
      min: 0,
      unconfirmed: true,
    }),
    removalsPerRequest: number({
      about: 'Probes removed per request, the oldest and the worst in turns; fractions add up (r_remove).',
      source: PAPER,
      default: 1,
      min: 0,
      unconfirmed: true,
    }),
    maximumProbeAge: duration({
      about: 'Age from which on a probe is not used.',
      source: PAPER,
      default: '1s',
      unconfirmed: true,
    }),
    rifQuantile: share({
      about: 'A probe is hot if its requests in flight exceed this quantile of those recently seen (Q_RIF).',
      source: `${PAPER}: 2^-0.25`,
      default: 0.84,
      unconfirmed: true,
    }),
    rifWindow: integer({
      about: 'How many recent probes that quantile is taken over.',
      source: 'overcontrol',
      default: 128,
      min: 1,
      unconfirmed: true,
    }),
    reuseDelta: number({
      about: 'Raises how often a probe may be used, so that the pool does not run dry (delta).',
      source: PAPER,
      default: 1,
      min: 0,
      unconfirmed: true,
    }),
    minimumPool: integer({
      about: 'With fewer probes than this a random host is picked.',
      source: PAPER,
      default: 2,
      min: 1,
      unconfirmed: true,
    }),
  },
  sources: [PAPER],
  knownToGetWrong: [
    'The paper was not at hand: its numbers come from secondary sources, and details from general knowledge.',
    'A probe is as old as its last use allows: many clients may act on one good host at once.',
    'A host that fails fast has low latency and few requests in flight, and attracts requests.',
  ],
});

export type PrequalConfig = ConfigOf<typeof prequal>;

/**
 * The client side of Prequal. A request issues probes to random hosts, whose answers (requests in flight and an
 * estimate of latency) join a pool, the oldest making room. To pick: a probe is hot if its requests in flight exceed
 * the quantile of recent ones; the cold probe of the lowest latency, or if all are hot the one with the fewest requests
 * in flight. Using a probe adds one to its requests in flight, and it may be used only so often:
 *
 *   b_reuse = max(1, (1 + delta) / ((1 - pool / hosts) probesPerRequest - removalsPerRequest))
 *
 * a fraction being drawn, without limit where the denominator is not positive. A request then removes probes, in turns
 * the oldest and the worst (the opposite of what would be picked). O(pool) a pick, of a pool of constant size.
 */
export class Prequal {
  /** Probes in the pool. */
  count = 0;
  private readonly config: PrequalConfig;
  private readonly hosts: Int32Array;
  private readonly rifs: Float64Array;
  private readonly latencies: Float64Array;
  private readonly receivedAt: Float64Array;
  private readonly usesLeft: Float64Array;
  private readonly recentRifs: RecentQuantile;
  private removalsDue = 0;
  private oldestIsNext = true;

  constructor(config: PrequalConfig) {
    const { poolSize } = config;
    this.config = config;
    this.hosts = new Int32Array(poolSize);
    this.rifs = new Float64Array(poolSize);
    this.latencies = new Float64Array(poolSize);
    this.receivedAt = new Float64Array(poolSize);
    this.usesLeft = new Float64Array(poolSize);
    this.recentRifs = new RecentQuantile(config.rifWindow);
  }

  /** How many probes to send with a request. */
  probes(random: RandomSource): number {
    return drawnWhole(this.config.probesPerRequest, random);
  }

  /** Writes so many distinct random hosts of `hosts[0 … count)` to `targets`; returns how many (at most `count`). */
  targets(random: RandomSource, hosts: ArrayLike<number>, count: number, probes: number, targets: Int32Array): number {
    const wanted = Math.min(probes, count);
    // Floyd's sampling: the j-th draw is below count - wanted + j + 1, and if taken, the largest allowed stands in.
    for (let j = 0; j < wanted; j++) {
      const most = count - wanted + j;
      const drawn = hosts[below(random, most + 1)];
      targets[j] = includes(targets, j, drawn) ? hosts[most] : drawn;
    }
    return wanted;
  }

  /** A probe was answered. @param hostCount of hosts that could be probed */
  add(host: number, rif: number, latency: number, now: number, hostCount: number, random: RandomSource): void {
    this.recentRifs.add(rif);
    this.expire(now);
    if (this.count === this.config.poolSize) this.remove(this.oldest());
    const i = this.count++;
    this.hosts[i] = host;
    this.rifs[i] = rif;
    this.latencies[i] = latency;
    this.receivedAt[i] = now;
    this.usesLeft[i] = drawnWhole(this.reuseLimit(hostCount), random);
  }

  /** A host left: its probes go. */
  removeHost(host: number): void {
    for (let i = this.count - 1; i >= 0; i--) if (this.hosts[i] === host) this.remove(i);
  }

  /** The host for a request; a random one of `hosts[0 … count)` if the pool is too small; -1 if there is no host. */
  pick(now: number, random: RandomSource, hosts: ArrayLike<number>, count: number): number {
    if (count === 0) return -1;
    this.expire(now);
    if (this.count < this.config.minimumPool) return hosts[below(random, count)];
    const best = this.best(1);
    const host = this.hosts[best];
    this.rifs[best]++;
    if (--this.usesLeft[best] <= 0) this.remove(best);
    this.removeDue();
    return host;
  }

  /** How often a probe may be used, on average. */
  reuseLimit(hostCount: number): number {
    const { poolSize, probesPerRequest, removalsPerRequest, reuseDelta } = this.config;
    const surplus = (1 - poolSize / hostCount) * probesPerRequest - removalsPerRequest;
    return surplus > 0 ? Math.max(1, (1 + reuseDelta) / surplus) : Infinity;
  }

  private removeDue(): void {
    this.removalsDue += this.config.removalsPerRequest;
    for (; this.removalsDue >= 1; this.removalsDue--) {
      if (this.count === 0) continue;
      this.remove(this.oldestIsNext ? this.oldest() : this.best(-1));
      this.oldestIsNext = !this.oldestIsNext;
    }
  }

  /** The probe to use (sign 1), or the worst (sign -1). */
  private best(sign: 1 | -1): number {
    const limit = this.recentRifs.quantile(this.config.rifQuantile);
    let best = 0;
    for (let i = 1; i < this.count; i++) if (sign * this.order(i, best, limit) < 0) best = i;
    return best;
  }

  /** Below 0 if probe a is better than b: cold before hot, cold ones by latency, hot ones by requests in flight. */
  private order(a: number, b: number, limit: number): number {
    const aHot = this.rifs[a] > limit;
    const bHot = this.rifs[b] > limit;
    if (aHot !== bHot) return aHot ? 1 : -1;
    return aHot ? this.rifs[a] - this.rifs[b] : this.latencies[a] - this.latencies[b];
  }

  private oldest(): number {
    let oldest = 0;
    for (let i = 1; i < this.count; i++) if (this.receivedAt[i] < this.receivedAt[oldest]) oldest = i;
    return oldest;
  }

  private expire(now: number): void {
    for (let i = this.count - 1; i >= 0; i--) {
      if (now - this.receivedAt[i] > this.config.maximumProbeAge) this.remove(i);
    }
  }

  /** The order of arrival is kept, so that ties go to the older probe. */
  private remove(index: number): void {
    this.count--;
    for (let i = index; i < this.count; i++) {
      this.hosts[i] = this.hosts[i + 1];
      this.rifs[i] = this.rifs[i + 1];
      this.latencies[i] = this.latencies[i + 1];
      this.receivedAt[i] = this.receivedAt[i + 1];
      this.usesLeft[i] = this.usesLeft[i + 1];
    }
  }
}

/** A whole number of this mean. */
function drawnWhole(mean: number, random: RandomSource): number {
  const whole = Math.floor(mean);
  return mean > whole && uniform(random) < mean - whole ? whole + 1 : whole;
}

function includes(values: Int32Array, count: number, value: number): boolean {
  for (let i = 0; i < count; i++) if (values[i] === value) return true;
  return false;
}
