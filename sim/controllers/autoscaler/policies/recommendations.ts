export interface Recommendation {
  replicas: number;
  at: number;
}

/**
 * The recommendations that stabilisation looks back on. What is kept is always the unstabilised wish, so that one high
 * recommendation ages out by itself.
 *
 * Source: kubernetes pkg/controller/podautoscaler/horizontal.go `stabilizeRecommendation`,
 * `stabilizeRecommendationWithBehaviors`.
 */
export class Recommendations {
  readonly list: Recommendation[] = [];

  /**
   * With a behaviour: the current count, moved up to the lowest wish of the up window and down to the highest of the down
   * window. A wish counts while it is strictly younger than the window.
   */
  stabilize(now: number, current: number, desired: number, upWindow: number, downWindow: number): number {
    let lowest = desired;
    let highest = desired;
    let slot = -1;
    for (let i = 0; i < this.list.length; i++) {
      const { replicas, at } = this.list[i];
      if (at > now - upWindow) lowest = Math.min(lowest, replicas);
      if (at > now - downWindow) highest = Math.max(highest, replicas);
      if (at < now - upWindow && at < now - downWindow) slot = i;
    }
    this.store(now, desired, slot);
    return Math.min(Math.max(current, lowest), highest);
  }

  /**
   * Without a behaviour: the highest wish of the window. Here a wish of exactly the window's age still counts, which
   * matters where evaluations tick exactly.
   */
  stabilizeDown(now: number, desired: number, window: number): number {
    let highest = desired;
    let slot = -1;
    for (let i = 0; i < this.list.length; i++) {
      const { replicas, at } = this.list[i];
      if (at < now - window) slot = i;
      else highest = Math.max(highest, replicas);
    }
    this.store(now, desired, slot);
    return highest;
  }

  /** Notes a wish in place of the outdated one at `slot`, or as a new one where that is negative. */
  store(now: number, replicas: number, slot = -1): void {
    const recommendation = { replicas, at: now };
    if (slot < 0) this.list.push(recommendation);
    else this.list[slot] = recommendation;
  }
}
