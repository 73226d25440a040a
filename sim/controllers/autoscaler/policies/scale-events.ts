/** One change of the replica count. */
export interface ScaleEvent {
  /** Replicas added, or removed; positive. */
  change: number;
  at: number;
  /** Older than every policy looks back: the next event may take its place. */
  outdated: boolean;
}

/**
 * The changes in one direction that rate limits look back on.
 *
 * Source: kubernetes pkg/controller/podautoscaler/horizontal.go `storeScaleEvent`, `getReplicasChangePerPeriod`.
 */
export class ScaleEvents {
  readonly list: ScaleEvent[] = [];

  /** Replicas changed by events strictly younger than `period` nanoseconds. */
  changeWithin(now: number, period: number): number {
    let sum = 0;
    for (const event of this.list) if (event.at > now - period) sum += event.change;
    return sum;
  }

  /** Adds an event. It overwrites the last one in the list that is older than `longestPeriod`, if there is one. */
  store(now: number, change: number, longestPeriod: number): void {
    let slot = -1;
    for (let i = 0; i < this.list.length; i++) {
      const event = this.list[i];
      if (event.at < now - longestPeriod) event.outdated = true;
      if (event.outdated) slot = i;
    }
    const event = { change, at: now, outdated: false };
    if (slot < 0) this.list.push(event);
    else this.list[slot] = event;
  }
}
