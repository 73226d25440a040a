import { mix } from '../../../kernel/hash.ts';

/** A consistent hash whose hosts have shares of the load. */
export interface HashedHosts {
  /** The hosts, `hosts[0 … count)`, and their shares of one, by the same index. */
  readonly hosts: Int32Array;
  readonly shares: Float64Array;
  readonly count: number;
  /** The index of the host for a hash; -1 if there is none. `attempt` above 0 looks for another one. */
  choose(high: number, low: number, attempt: number): number;
}

/**
 * Consistent hashing with bounded loads: a host may have at most `hashBalanceFactor` percent of its share of all active
 * requests. Beyond that, hosts are tried in a random order that the hash determines, and if all are beyond it, the one
 * that is the least so is taken. O(1) unless the host is overloaded, then up to O(n).
 *
 * Source: envoyproxy/envoy source/extensions/load_balancing_policies/common/thread_aware_lb_impl.cc
 * BoundedLoadHashingLoadBalancer; Mirrokni et al., arXiv 1608.01350; Chen et al., arXiv 1908.08762. The order is by an
 * own generator, not mt19937.
 */
export class BoundedLoad {
  private readonly hashed: HashedHosts;
  private readonly active: ArrayLike<number>;
  private readonly factor: number;
  private readonly order: Int32Array;
  private readonly swaps: Int32Array;
  private high = 0;
  private low = 0;

  /** @param hashBalanceFactor percent, at least 100; @param active requests in flight by host, kept by the caller */
  constructor(hashed: HashedHosts, hashBalanceFactor: number, active: ArrayLike<number>) {
    const capacity = hashed.hosts.length;
    this.hashed = hashed;
    this.active = active;
    this.factor = hashBalanceFactor;
    this.order = Int32Array.from({ length: capacity }, (_, i) => i);
    this.swaps = new Int32Array(capacity);
  }

  /** The host for a hash of two 32-bit words; -1 if there is none. @param overallActive of all hosts together */
  pick(high: number, low: number, overallActive: number, attempt = 0): number {
    const index = this.hashed.choose(high, low, attempt);
    if (index < 0) return -1;
    const slots = -Math.floor(-((overallActive + 1) * this.factor) / 100);
    return this.hashed.hosts[this.overload(index, slots) <= 1 ? index : this.another(index, slots, high, low)];
  }

  /** Active requests of a host by the slots that it has. */
  private overload(index: number, totalSlots: number): number {
    const slots = Math.max(1, -Math.floor(-totalSlots * this.hashed.shares[index]));
    return this.active[this.hashed.hosts[index]] / slots;
  }

  private another(overloaded: number, slots: number, high: number, low: number): number {
    const count = this.hashed.count;
    let least = overloaded;
    let leastOverload = this.overload(overloaded, slots);
    this.high = high;
    this.low = low;
    let tried = 0;
    for (; tried < count; tried++) {
      const index = this.shuffleOne(tried, count);
      const overload = this.overload(index, slots);
      if (overload < leastOverload) {
        least = index;
        leastOverload = overload;
      }
      if (overload <= 1) break;
    }
    this.unshuffle(Math.min(tried, count - 1));
    return least;
  }

  /** One step of a shuffle: what comes at `place`. Undone by `unshuffle`, so that every pick begins the same. */
  private shuffleOne(place: number, count: number): number {
    const other = place + Math.floor((this.nextWord() / 4294967296) * (count - place));
    this.swaps[place] = other;
    this.swap(place, other);
    return this.order[place];
  }

  private unshuffle(from: number): void {
    for (let place = from; place >= 0; place--) this.swap(place, this.swaps[place]);
  }

  private swap(a: number, b: number): void {
    const index = this.order[a];
    this.order[a] = this.order[b];
    this.order[b] = index;
  }

  private nextWord(): number {
    this.high = (this.high + 0x9e3779b9) | 0;
    this.low = mix(this.low ^ mix(this.high));
    return this.low >>> 0;
  }
}
