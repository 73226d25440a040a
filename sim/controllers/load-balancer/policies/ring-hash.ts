import { integer } from '../../parameters.ts';
import type { HashedHosts } from './bounded-load.ts';
import { below64, Hash64 } from './hash64.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';

const SOURCE = 'Envoy envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash';

/** Of ring hash and Maglev alike. */
export const hashBalanceFactor = integer({
  about: 'Most active requests of a host, in percent of its share of all; 0 is no bound, else at least 100.',
  source: 'Envoy ConsistentHashingLbConfig hash_balance_factor: off unless set',
  default: 0,
});

export const envoyRingHash = describeProduct({
  name: 'envoyRingHash',
  product: 'Envoy',
  about: 'Consistent hashing: hosts have many places on a ring, a request goes to the next place after its hash.',
  parameters: {
    minimumRingSize: integer({
      about: 'Least number of places on the ring.',
      source: `${SOURCE} minimum_ring_size`,
      default: 1024,
      max: 8388608,
    }),
    maximumRingSize: integer({
      about: 'Most places on the ring, even if a light host then has none.',
      source: `${SOURCE} maximum_ring_size`,
      default: 8388608,
      max: 8388608,
    }),
    hashBalanceFactor,
  },
  check: (config) => {
    if (config.minimumRingSize > config.maximumRingSize) {
      return `minimumRingSize (${config.minimumRingSize}) must not exceed maximumRingSize (${config.maximumRingSize})`;
    }
    return checkBalanceFactor(config.hashBalanceFactor);
  },
  sources: [
    'envoyproxy/envoy source/extensions/load_balancing_policies/ring_hash/ring_hash_lb.cc',
    'grpc/proposal A42-xds-ring-hash-lb-policy.md (gRPC: at most 4096 places)',
  ],
  knownToGetWrong: [
    'Looks at no load unless hashBalanceFactor is set: a popular key overloads its host.',
    'With few places a host the shares are uneven: with k of them they vary by about 1 / sqrt(k).',
    'The number of places a host has depends on how many hosts there are, so a leaving host also moves some keys of others.',
    'Places come from an own 64-bit hash, not XX_HASH: shares are alike, single assignments are not.',
  ],
});

export type EnvoyRingHashConfig = Pick<ConfigOf<typeof envoyRingHash>, 'minimumRingSize' | 'maximumRingSize'>;

/** What is wrong with a balance factor, if anything. */
export function checkBalanceFactor(factor: number): string | undefined {
  return factor === 0 || factor >= 100 ? undefined : `hashBalanceFactor must be 0 or at least 100, found ${factor}`;
}

/**
 * Envoy's ring hash. The ring has the fewest places, at least `minimumRingSize`, with which the lightest host gets a
 * whole number of them, at most `maximumRingSize`; a running sum spreads fractions over the hosts. Place number i of a
 * host is the hash of its name and i. A request takes the first place at or after its own hash, from the start again
 * after the last. O(log places) a pick; a change of hosts builds the ring anew.
 */
export class EnvoyRingHash implements HashedHosts {
  readonly hosts: Int32Array;
  readonly shares: Float64Array;
  count = 0;
  /** Places on the ring. */
  size = 0;
  private readonly minimum: number;
  private readonly maximum: number;
  private readonly hash = new Hash64();
  /** Places in the order of their hashes, and whose they are (indices into `hosts`). */
  private highs = new Uint32Array(0);
  private lows = new Uint32Array(0);
  private owners = new Int32Array(0);

  constructor(config: EnvoyRingHashConfig, capacity: number) {
    this.minimum = config.minimumRingSize;
    this.maximum = config.maximumRingSize;
    this.hosts = new Int32Array(capacity);
    this.shares = new Float64Array(capacity);
  }

  /** The hosts or their weights have changed. @param names and @param weights by host */
  refresh(
    hosts: ArrayLike<number>,
    count: number,
    names: ArrayLike<string>,
    weights: ArrayLike<number> | undefined,
  ): void {
    this.count = count;
    this.size = 0;
    if (count === 0) return;
    const lightest = normalize(this, hosts, count, weights);
    const scale = Math.min(-Math.floor(-lightest * this.minimum) / lightest, this.maximum);
    this.placeHosts(names, scale);
    this.sortPlaces();
  }

  /** The host for a hash of two 32-bit words; -1 if there is none. */
  pick(high: number, low: number, attempt = 0): number {
    const index = this.choose(high, low, attempt);
    return index < 0 ? -1 : this.hosts[index];
  }

  /** As `pick`, but the index into `hosts`. An attempt above 0 goes so many places on, which may be the same host. */
  choose(high: number, low: number, attempt: number): number {
    if (this.size === 0) return -1;
    const unsignedHigh = high >>> 0;
    const unsignedLow = low >>> 0;
    let from = 0;
    let to = this.size;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (below64(this.highs[middle], this.lows[middle], unsignedHigh, unsignedLow)) from = middle + 1;
      else to = middle;
    }
    return this.owners[(from + attempt) % this.size];
  }

  private placeHosts(names: ArrayLike<string>, scale: number): void {
    const capacity = -Math.floor(-scale);
    this.highs = new Uint32Array(capacity);
    this.lows = new Uint32Array(capacity);
    this.owners = new Int32Array(capacity);
    let target = 0;
    for (let i = 0; i < this.count; i++) {
      target += scale * this.shares[i];
      const { high, low } = this.hash.begin(0).text(names[this.hosts[i]]);
      // Rounding of the running sum may leave the last target a hair above the capacity.
      for (let place = 0; this.size < target && this.size < capacity; place++) {
        this.hash.resume(high, low).word(place).finish();
        this.highs[this.size] = this.hash.high;
        this.lows[this.size] = this.hash.low;
        this.owners[this.size++] = i;
      }
    }
  }

  private sortPlaces(): void {
    const { highs, lows, owners } = this;
    const order = Uint32Array.from({ length: this.size }, (_, i) => i);
    order.sort((a, b) => highs[a] - highs[b] || lows[a] - lows[b] || a - b);
    this.highs = order.map((i) => highs[i]);
    this.lows = order.map((i) => lows[i]);
    this.owners = Int32Array.from(order, (i) => owners[i]);
  }
}

/** Takes over the hosts and their shares of all weight. Returns the least share. */
function normalize(
  to: { hosts: Int32Array; shares: Float64Array },
  hosts: ArrayLike<number>,
  count: number,
  weights: ArrayLike<number> | undefined,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights === undefined ? 1 : weights[hosts[i]];
  let least = 1;
  for (let i = 0; i < count; i++) {
    to.hosts[i] = hosts[i];
    to.shares[i] = (weights === undefined ? 1 : weights[hosts[i]]) / sum;
    least = Math.min(least, to.shares[i]);
  }
  return least;
}
