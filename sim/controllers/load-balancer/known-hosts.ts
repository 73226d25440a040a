import type { GaugeView } from '../../signals/gauge-view.ts';
import type { OwnPicks } from './own-picks.ts';
import type { HostView } from './policy.ts';

/** What a balancer knows of its hosts: which there are, which it may choose, and how loaded it believes them to be. */
export class KnownHosts implements HostView {
  readonly size: number;
  readonly hosts: Int32Array;
  count = 0;
  private readonly candidate: Uint8Array;
  private readonly seen: Float64Array;
  private readonly view: GaugeView | null;
  private readonly ownPicks: OwnPicks | null;
  /** What the scenario gives as weights, and what full detail adds to loads; null where all are alike. */
  private readonly weights: Float64Array | null;
  private readonly capacities: Float64Array | null;
  private readonly joined: Float64Array;

  /**
   * @param seen load of each host as seen, NaN for unknown: a live array that the owner changes
   * @param view the view that `seen` belongs to, and the own picks to add to it, or null
   * @param weights the scenario's weight of each host, for policies that look at weights; null where all count alike
   * @param capacities by which loads are compared relative to what each host can do; null to compare them as they are
   */
  constructor(
    seen: Float64Array,
    view: GaugeView | null,
    ownPicks: OwnPicks | null,
    weights: Float64Array | null,
    capacities: Float64Array | null,
  ) {
    this.size = seen.length;
    this.hosts = new Int32Array(this.size);
    this.candidate = new Uint8Array(this.size);
    this.seen = seen;
    this.view = view;
    this.ownPicks = ownPicks;
    this.weights = weights;
    this.capacities = capacities;
    this.joined = new Float64Array(seen.length).fill(-Infinity);
  }

  isCandidate(host: number): boolean {
    return this.candidate[host] === 1;
  }

  /** With full detail a request more is weighed by what the host can do. */
  load(host: number): number {
    const load = this.seenLoad(host);
    return this.capacities === null ? load : (load + 1) / this.capacities[host];
  }

  seenLoad(host: number): number {
    const seen = this.seen[host];
    let load = seen === seen ? seen : 0;
    if (this.ownPicks !== null) load += this.ownPicks.since(host, this.view!.asOf(host));
    return load;
  }

  weight(host: number): number {
    return this.weights === null ? 1 : this.weights[host];
  }

  joinedAt(host: number): number {
    return this.joined[host];
  }

  /** An instance is new. */
  join(host: number, now: number): void {
    this.joined[host] = now;
  }

  health(_host: number): number {
    return 1;
  }

  /** The instances that may be chosen from now on. */
  setCandidates(hosts: ArrayLike<number>): void {
    this.candidate.fill(0);
    this.count = hosts.length;
    for (let i = 0; i < hosts.length; i++) {
      this.hosts[i] = hosts[i];
      this.candidate[hosts[i]] = 1;
    }
  }
}
