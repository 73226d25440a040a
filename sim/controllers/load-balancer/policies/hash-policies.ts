import { mix } from '../../../kernel/hash.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerContext, BalancerPolicy, HostView } from '../policy.ts';
import { BoundedLoad } from './bounded-load.ts';
import type { HashedHosts } from './bounded-load.ts';
import { EnvoyMaglev, envoyMaglev as maglevProduct } from './maglev.ts';
import { EnvoyRingHash, envoyRingHash as ringProduct } from './ring-hash.ts';
import { SeenLoads, weightsOf } from './seen-loads.ts';

/** A table of hosts that is made anew when they change. */
interface HashTable extends HashedHosts {
  refresh(
    hosts: ArrayLike<number>,
    count: number,
    names: ArrayLike<string>,
    weights: ArrayLike<number> | undefined,
  ): void;
}

/** A consistent hash of the client, with or without a bound on each host's load. */
class HashPolicy implements BalancerPolicy {
  private readonly view: HostView;
  private readonly table: HashTable;
  private readonly names: readonly string[];
  private readonly weights: Float64Array;
  private readonly loads: SeenLoads;
  private readonly bounded: BoundedLoad | null;
  private overall = 0;

  constructor({ view, nameOf }: BalancerContext, table: HashTable, hashBalanceFactor: number) {
    this.view = view;
    this.table = table;
    this.names = Array.from({ length: view.size }, (_, host) => nameOf(host));
    this.weights = weightsOf(view);
    this.loads = new SeenLoads(view);
    this.bounded = hashBalanceFactor > 0 ? new BoundedLoad(table, hashBalanceFactor, this.loads.values) : null;
  }

  pick(_now: number, _random: RandomSource, key: number): number {
    const high = mix(key ^ 0x2545f491);
    const low = mix(high + key);
    if (this.bounded !== null) return this.bounded.pick(high, low, this.overall);
    return this.table.hosts[this.table.choose(high, low, 0)];
  }

  believed(host: number): number {
    return this.bounded === null ? NaN : this.view.load(host);
  }

  loadChanged(host: number): void {
    this.overall -= this.loads.values[host];
    this.loads.update(host);
    this.overall += this.loads.values[host];
  }

  candidatesChanged(): void {
    this.table.refresh(this.view.hosts, this.view.count, this.names, this.weights);
  }
}

export const envoyRingHash = defineBalancerPolicy({
  ...ringProduct,
  looksAt: ['load'],
  byKey: true,
  create: (config, context) =>
    new HashPolicy(context, new EnvoyRingHash(config, context.view.size), config.hashBalanceFactor),
});

export const envoyMaglev = defineBalancerPolicy({
  ...maglevProduct,
  looksAt: ['load'],
  byKey: true,
  create: (config, context) =>
    new HashPolicy(context, new EnvoyMaglev(config.tableSize, context.view.size), config.hashBalanceFactor),
});
