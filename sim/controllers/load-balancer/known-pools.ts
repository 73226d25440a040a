import type { Instance } from '../../world/instance.ts';
import type { HostView } from './policy.ts';

/** What a balancer that chooses among zones or regions knows of each: how many members are ready, and their mean load. */
export class KnownPools implements HostView {
  readonly size: number;
  readonly hosts: Int32Array;
  count = 0;
  private readonly poolOf: Int32Array;
  private readonly members: Int32Array;
  private readonly ready: Int32Array;
  private readonly sums: Float64Array;
  private readonly last: Float64Array;

  /** @param poolOf by instance, the index of its pool; -1 for none */
  constructor(pools: number, poolOf: Int32Array) {
    this.size = pools;
    this.hosts = new Int32Array(pools);
    this.poolOf = poolOf;
    this.members = new Int32Array(pools);
    this.ready = new Int32Array(pools);
    this.sums = new Float64Array(pools);
    this.last = new Float64Array(poolOf.length);
    for (const pool of poolOf) if (pool >= 0) this.members[pool]++;
  }

  /** The load of an instance is now seen as this (NaN for unknown). */
  see(instance: number, load: number): void {
    const pool = this.poolOf[instance];
    if (pool < 0) return;
    const known = load === load ? load : 0;
    this.sums[pool] += known - this.last[instance];
    this.last[instance] = known;
  }

  /** A request of its own went to a pool (+1) or came back (-1). */
  addOwn(pool: number, change: 1 | -1): void {
    this.sums[pool] += change;
  }

  /** These instances are ready; pools without one cannot be chosen. */
  setReady(ready: readonly number[], instances: readonly Instance[]): void {
    this.ready.fill(0);
    for (const index of ready) {
      const pool = this.poolOf[instances[index].index];
      if (pool >= 0) this.ready[pool]++;
    }
    this.count = 0;
    for (let pool = 0; pool < this.size; pool++) if (this.ready[pool] > 0) this.hosts[this.count++] = pool;
  }

  isCandidate(pool: number): boolean {
    return pool >= 0 && this.ready[pool] > 0;
  }

  /** Requests for each ready instance. */
  load(pool: number): number {
    return this.ready[pool] > 0 ? this.sums[pool] / this.ready[pool] : 0;
  }

  joinedAt(): number {
    return -Infinity;
  }

  weight(pool: number): number {
    return this.members[pool];
  }

  health(pool: number): number {
    return this.members[pool] > 0 ? this.ready[pool] / this.members[pool] : 0;
  }
}
