import { wholePercent } from '../policies/percent.ts';

export type EjectionShareRule = 'strict' | 'firstHostAlways';

export interface EjectionTimes {
  /** Nanoseconds between sweeps. */
  readonly interval: number;
  readonly baseEjectionTime: number;
  readonly maxEjectionTime: number;
}

/** How many of its hosts a cluster may eject; shares of one. */
export interface EjectionShare {
  readonly maxEjectionPercent: number;
  readonly alwaysEjectOneHost: boolean;
  readonly ejectionPercentRule: EjectionShareRule;
}

/**
 * Whether one more host may be ejected.
 *
 *   firstHostAlways (Envoy before 1.31): none is ejected, or 100 ejected / hosts < max
 *   strict (since):  100 (ejected + 1) / hosts <= max, or alwaysEjectOneHost and none is ejected
 */
export function roomForOne(share: EjectionShare, ejected: number, hosts: number): boolean {
  const most = Math.min(100, wholePercent(share.maxEjectionPercent));
  if (share.ejectionPercentRule === 'firstHostAlways') return ejected === 0 || (100 * ejected) / hosts < most;
  return (100 * (ejected + 1)) / hosts <= most || (share.alwaysEjectOneHost && ejected === 0);
}

/**
 * Envoy's record of who is ejected, and for how long. The time grows with each ejection of a host, base * multiplier up
 * to the longest (plus jitter), and is over only at a sweep. The multiplier falls by one at each sweep that finds the
 * host in the cluster for at least an interval since it came back.
 *
 * Source: envoyproxy/envoy source/common/upstream/outlier_detection_impl.cc @00c7146d.
 */
export class EnvoyEjections {
  /** Hosts ejected now. */
  active = 0;
  private readonly times: EjectionTimes;
  private readonly ejected: Uint8Array;
  private readonly ejectedAt: Float64Array;
  private readonly returnedAt: Float64Array;
  private readonly jitters: Float64Array;
  private readonly multipliers: Int32Array;
  private readonly counts: Int32Array;

  constructor(times: EjectionTimes, capacity: number) {
    this.times = times;
    this.ejected = new Uint8Array(capacity);
    this.ejectedAt = new Float64Array(capacity);
    this.returnedAt = new Float64Array(capacity).fill(NaN);
    this.jitters = new Float64Array(capacity);
    this.multipliers = new Int32Array(capacity);
    this.counts = new Int32Array(capacity);
  }

  has(host: number): boolean {
    return this.ejected[host] === 1;
  }

  /** How often a host was ejected so far. */
  count(host: number): number {
    return this.counts[host];
  }

  /** By how much the base ejection time is multiplied now. */
  multiplier(host: number): number {
    return this.multipliers[host];
  }

  /** Forgets all of a host, and frees its place. */
  forget(host: number): void {
    if (this.has(host)) this.active--;
    this.ejected[host] = 0;
    this.returnedAt[host] = NaN;
    this.multipliers[host] = 0;
    this.counts[host] = 0;
  }

  eject(host: number, now: number, jitter: number): void {
    const { baseEjectionTime, maxEjectionTime } = this.times;
    this.active++;
    this.ejected[host] = 1;
    this.ejectedAt[host] = now;
    this.jitters[host] = jitter;
    this.counts[host]++;
    if (this.multipliers[host] * baseEjectionTime < maxEjectionTime + baseEjectionTime) this.multipliers[host]++;
  }

  return(host: number, now: number): void {
    this.active--;
    this.ejected[host] = 0;
    this.returnedAt[host] = now;
  }

  /** Whether the time of an ejected host is over. */
  isOver(host: number, now: number): boolean {
    const { baseEjectionTime, maxEjectionTime } = this.times;
    const time = Math.min(baseEjectionTime * this.multipliers[host], maxEjectionTime) + this.jitters[host];
    return now - this.ejectedAt[host] >= time;
  }

  /** A sweep found the host in the cluster. */
  decay(host: number, now: number): void {
    // A host that never came back has no time of return (NaN): the comparison is false.
    if (now - this.returnedAt[host] >= this.times.interval && this.multipliers[host] > 0) this.multipliers[host]--;
  }
}
