import { integer } from '../../parameters.ts';
import type { HashedHosts } from './bounded-load.ts';
import { Hash64, modulo64 } from './hash64.ts';
import { describeProduct } from '../../shared/product.ts';
import { checkBalanceFactor, hashBalanceFactor } from './ring-hash.ts';

export const envoyMaglev = describeProduct({
  name: 'envoyMaglev',
  product: 'Envoy',
  about: 'Consistent hashing by a table that the hosts fill in turns, each in an order of its own.',
  parameters: {
    tableSize: integer({
      about: 'Entries of the table: a prime number, at most 5000011.',
      source: 'Envoy envoy.extensions.load_balancing_policies.maglev.v3.Maglev table_size',
      default: 65537,
      min: 2,
      max: 5000011,
      unconfirmed: true,
    }),
    hashBalanceFactor,
  },
  check: (config) =>
    isPrime(config.tableSize)
      ? checkBalanceFactor(config.hashBalanceFactor)
      : `tableSize must be a prime number, found ${config.tableSize}`,
  sources: [
    'envoyproxy/envoy source/extensions/load_balancing_policies/maglev/maglev_lb.cc',
    'Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer, NSDI 2016',
  ],
  knownToGetWrong: [
    'Looks at no load unless hashBalanceFactor is set: a popular key overloads its host.',
    'A host that leaves also moves a few keys of hosts that stay (ring hash with the same places moves none).',
    'Entries come from an own 64-bit hash, not XX_HASH: shares are alike, single assignments are not.',
  ],
});

export function isPrime(n: number): boolean {
  if (n < 2) return false;
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}

/**
 * Envoy's Maglev: each host has a permutation of the table (an offset and a skip, both hashes of its name) and in turns
 * takes the next entry of it that is free, a host of weight w in w / largest of the turns. With equal weights the hosts'
 * entries differ by at most one. O(1) a pick; a change of hosts fills the table anew.
 */
export class EnvoyMaglev implements HashedHosts {
  readonly hosts: Int32Array;
  readonly shares: Float64Array;
  count = 0;
  /** Entries of each host, by its index in `hosts`. */
  readonly entries: Int32Array;
  private readonly tableSize: number;
  private readonly table: Int32Array;
  private readonly next: Int32Array;
  private readonly skips: Int32Array;
  private readonly targets: Float64Array;
  private readonly hash = new Hash64();

  constructor(tableSize: number, capacity: number) {
    this.tableSize = tableSize;
    this.table = new Int32Array(tableSize);
    this.hosts = new Int32Array(capacity);
    this.shares = new Float64Array(capacity);
    this.entries = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.skips = new Int32Array(capacity);
    this.targets = new Float64Array(capacity);
  }

  /** The hosts or their weights have changed. @param names and @param weights by host */
  refresh(
    hosts: ArrayLike<number>,
    count: number,
    names: ArrayLike<string>,
    weights: ArrayLike<number> | undefined,
  ): void {
    this.count = count;
    if (count === 0) return;
    // In the order of names, so that the table does not depend on the order in which hosts are discovered.
    const sorted = Array.from({ length: count }, (_, i) => hosts[i]);
    sorted.sort((a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : a - b));
    let sum = 0;
    for (const host of sorted) sum += weights === undefined ? 1 : weights[host];
    let largest = 0;
    for (let i = 0; i < count; i++) {
      const host = sorted[i];
      this.hosts[i] = host;
      this.shares[i] = (weights === undefined ? 1 : weights[host]) / sum;
      largest = Math.max(largest, this.shares[i]);
      this.permute(i, names[host]);
    }
    this.fill(largest);
  }

  /** The host for a hash of two 32-bit words; -1 if there is none. */
  pick(high: number, low: number, attempt = 0): number {
    const index = this.choose(high, low, attempt);
    return index < 0 ? -1 : this.hosts[index];
  }

  /** As `pick`, but the index into `hosts`. An attempt above 0 flips most bits of the hash. */
  choose(high: number, low: number, attempt: number): number {
    if (this.count === 0) return -1;
    if (attempt === 0) return this.table[modulo64(high >>> 0, low >>> 0, this.tableSize)];
    return this.table[modulo64(~high >>> 0, (low ^ -attempt) >>> 0, this.tableSize)];
  }

  private permute(index: number, name: string): void {
    const { hash, tableSize } = this;
    hash.begin(0).text(name).finish();
    this.next[index] = modulo64(hash.high, hash.low, tableSize);
    hash.begin(1).text(name).finish();
    this.skips[index] = modulo64(hash.high, hash.low, tableSize - 1) + 1;
    this.targets[index] = 0;
    this.entries[index] = 0;
  }

  private fill(largest: number): void {
    this.table.fill(-1);
    let filled = 0;
    for (let turn = 1; filled < this.tableSize; turn++) {
      for (let i = 0; i < this.count && filled < this.tableSize; i++) {
        if (turn * this.shares[i] < this.targets[i]) continue;
        this.targets[i] += largest;
        this.takeNext(i);
        filled++;
      }
    }
  }

  private takeNext(index: number): void {
    const { table, tableSize } = this;
    let entry = this.next[index];
    while (table[entry] >= 0) entry = (entry + this.skips[index]) % tableSize;
    table[entry] = index;
    this.entries[index]++;
    this.next[index] = (entry + this.skips[index]) % tableSize;
  }
}
