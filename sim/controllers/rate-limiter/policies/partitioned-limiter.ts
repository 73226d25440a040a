interface Partition {
  readonly share: number;
  limit: number;
  inFlight: number;
}

/**
 * Shares of one concurrency limit for kinds of callers. Netflix concurrency-limits `AbstractPartitionedLimiter` at
 * 78a74b9. A share is a guarantee and no bound: below the total anybody passes; at the total, who is below his own
 * share. So the sum in flight can exceed the limit. Callers of no known partition have no share.
 */
export class PartitionedLimiter {
  private readonly partitions = new Map<string, Partition>();
  private readonly unknown: Partition = { share: 0, limit: 0, inFlight: 0 };
  private limit = 0;
  private inFlightOfAll = 0;

  /** @param shares of one; @throws RangeError if there is none, one is out of 0 to 1, or they exceed 1 together */
  constructor(limit: number, shares: Readonly<Record<string, number>>) {
    let sum = 0;
    for (const [name, share] of Object.entries(shares)) {
      if (!(share >= 0 && share <= 1)) throw new RangeError(`${name}: expected a share from 0 to 1, found ${share}`);
      sum += share;
      this.partitions.set(name, { share, limit: 0, inFlight: 0 });
    }
    if (this.partitions.size === 0) throw new RangeError('expected at least one partition');
    if (sum > 1) throw new RangeError(`shares: expected at most 1 together, found ${sum}`);
    this.setLimit(limit);
  }

  acquire(name: string): boolean {
    const partition = this.partitionOf(name);
    if (this.inFlightOfAll >= this.limit && partition.inFlight >= partition.limit) return false;
    partition.inFlight++;
    this.inFlightOfAll++;
    return true;
  }

  release(name: string): void {
    this.partitionOf(name).inFlight--;
    this.inFlightOfAll--;
  }

  /** A new total; each partition's own limit is its share of it, rounded up, and at least 1. */
  setLimit(limit: number): void {
    this.limit = limit;
    for (const partition of this.partitions.values()) {
      partition.limit = Math.max(1, -Math.floor(-limit * partition.share));
    }
  }

  limitOf(name: string): number {
    return this.partitionOf(name).limit;
  }

  /** In flight in a partition, or in all. */
  inFlight(name?: string): number {
    return name === undefined ? this.inFlightOfAll : this.partitionOf(name).inFlight;
  }

  private partitionOf(name: string): Partition {
    return this.partitions.get(name) ?? this.unknown;
  }
}
