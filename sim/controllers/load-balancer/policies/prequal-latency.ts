/**
 * What a Prequal server answers to a probe: the median latency of recent requests that arrived when about as many were
 * in flight as now. Of the last `window` requests those nearest in that number are taken, at least `atLeast` of them.
 *
 * Numbers and nearness are general knowledge of the NSDI 2024 paper, not confirmed by it.
 */
export class PrequalLatency {
  private readonly rifs: Float64Array;
  private readonly latencies: Float64Array;
  private readonly atLeast: number;
  private readonly near: Float64Array;
  private count = 0;
  private next = 0;

  constructor(window = 64, atLeast = 5) {
    this.rifs = new Float64Array(window);
    this.latencies = new Float64Array(window);
    this.near = new Float64Array(window);
    this.atLeast = atLeast;
  }

  /** A request ended that had arrived with `rif` others in flight. */
  record(rif: number, latency: number): void {
    this.rifs[this.next] = rif;
    this.latencies[this.next] = latency;
    this.next = (this.next + 1) % this.rifs.length;
    this.count = Math.min(this.count + 1, this.rifs.length);
  }

  /** The estimate at `rif` in flight, in the unit of what was recorded; 0 if nothing was. */
  estimate(rif: number): number {
    if (this.count === 0) return 0;
    let distance = 0;
    let taken = this.collect(rif, distance);
    while (taken < this.atLeast && taken < this.count) {
      distance = this.nextDistance(rif, distance);
      taken = this.collect(rif, distance);
    }
    const middle = Math.floor(taken / 2);
    return taken % 2 === 1 ? this.near[middle] : (this.near[middle - 1] + this.near[middle]) / 2;
  }

  /** Puts the latencies at this distance or less into `near`, sorted. */
  private collect(rif: number, distance: number): number {
    let taken = 0;
    for (let i = 0; i < this.count; i++) {
      if (Math.abs(this.rifs[i] - rif) > distance) continue;
      let place = taken++;
      for (; place > 0 && this.near[place - 1] > this.latencies[i]; place--) this.near[place] = this.near[place - 1];
      this.near[place] = this.latencies[i];
    }
    return taken;
  }

  private nextDistance(rif: number, beyond: number): number {
    let nearest = Infinity;
    for (let i = 0; i < this.count; i++) {
      const distance = Math.abs(this.rifs[i] - rif);
      if (distance > beyond) nearest = Math.min(nearest, distance);
    }
    return nearest;
  }
}
