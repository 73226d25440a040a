import { choice, integer, share } from '../../parameters.ts';
import { wholePercent } from './percent.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';

export const envoyPriorityPanic = describeProduct({
  name: 'envoyPriority',
  product: 'Envoy',
  about: 'Spreads load over priority levels by their health, and ignores health where too little of it is left.',
  parameters: {
    healthyPanicThreshold: share({
      about:
        'A level with fewer hosts available than this panics, but only while all levels together cannot take the load.',
      source: 'Envoy Cluster.CommonLbConfig healthy_panic_threshold',
      default: '50%',
    }),
    overprovisioningFactor: integer({
      about: 'In hundredths: 140 takes a level for fully healthy while 100 / 1.4 = 71.4 % of its hosts are.',
      source: 'Envoy ClusterLoadAssignment.Policy overprovisioning_factor',
      default: 140,
      min: 1,
    }),
    totalPanicLoad: choice(['byHosts', 'byHealth'], {
      about: 'How load is spread while every level panics: by the number of their hosts, or by what health is left.',
      source: 'Envoy recalculateLoadInTotalPanic: by hosts; the documentation tables show the load by health',
      default: 'byHosts',
    }),
  },
  sources: [
    'envoyproxy/envoy source/extensions/load_balancing_policies/common/load_balancer_impl.cc LoadBalancerBase',
    'envoyproxy/envoy test/extensions/load_balancing_policies/common/load_balancer_impl_base_test.cc',
    'envoyproxy/envoy docs/root/intro/arch_overview/upstream/load_balancing/priority.rst, panic_threshold.rst',
  ],
  knownToGetWrong: [
    'Assumes that each level alone could take 140 % of the load, whatever its number of hosts.',
    'With one level it panics below 50 % healthy; a healthy second level keeps it from ever panicking.',
    'In panic it sends to hosts that it knows to be unhealthy; Istio turns panic off where outlier detection is set.',
    'The documentation contradicts the code in total panic, and its second panic table in two rows.',
    'weighted_priority_health (health by host weights) is not modelled.',
  ],
});

export type PriorityPanicConfig = ConfigOf<typeof envoyPriorityPanic>;

/**
 * Envoy's priority levels, in whole percent:
 *
 *   health(p)   = min(100, floor(overprovisioning * healthy / hosts)), likewise degraded(p)
 *   T           = min(100, sum of both over all levels)
 *   load(p)     = min(what is left of 100, floor(health(p) * 100 / T)), healthy hosts of all levels first, then degraded;
 *                 what rounding leaves goes to the first level with any health
 *   panic(p)    = T < 100 and (healthy + degraded) of p below the threshold: balance over all its hosts
 *   T = 0       : all load to level 0
 *
 * If every level panics, the code (unlike the documentation) spreads load by their numbers of hosts instead.
 */
export class PriorityLoad {
  /** Percent of load for the healthy and for the degraded hosts of each level; together 100. */
  readonly healthyLoad: Int32Array;
  readonly degradedLoad: Int32Array;
  /** 1 where health is to be ignored. */
  readonly panic: Uint8Array;
  /** T: how much of the load all levels together can take, at most 100 (percent). */
  normalizedTotal = 0;
  /** Whether the last `choose` means the degraded hosts of its level. */
  choseDegraded = false;
  private readonly levels: number;
  private readonly factor: number;
  private readonly threshold: number;
  private readonly byHosts: boolean;
  private readonly health: Int32Array;
  private readonly degradedHealth: Int32Array;

  constructor(config: PriorityPanicConfig, levels: number) {
    this.levels = levels;
    this.factor = config.overprovisioningFactor;
    this.threshold = wholePercent(config.healthyPanicThreshold);
    this.byHosts = config.totalPanicLoad === 'byHosts';
    this.healthyLoad = new Int32Array(levels);
    this.degradedLoad = new Int32Array(levels);
    this.panic = new Uint8Array(levels);
    this.health = new Int32Array(levels);
    this.degradedHealth = new Int32Array(levels);
  }

  /**
   * The hosts of the levels have changed: how many each has, and how many of them are healthy, degraded and excluded
   * (excluded ones, which wait for their first health check, count in none of the ratios).
   */
  update(
    hosts: ArrayLike<number>,
    healthy: ArrayLike<number>,
    degraded?: ArrayLike<number>,
    excluded?: ArrayLike<number>,
  ): void {
    let sum = 0;
    for (let p = 0; p < this.levels; p++) {
      const counted = hosts[p] - (excluded?.[p] ?? 0);
      this.health[p] = this.scaledHealth(healthy[p], counted);
      this.degradedHealth[p] = this.scaledHealth(degraded?.[p] ?? 0, counted);
      sum += this.health[p] + this.degradedHealth[p];
    }
    this.normalizedTotal = Math.min(100, sum);
    this.spreadByHealth();
    const allPanic = this.updatePanic(hosts, healthy, degraded, excluded);
    if (allPanic && this.byHosts) this.spreadByHosts(hosts);
  }

  /** The level for a request; `percent` is a draw of 0 … 99. See also `choseDegraded`. */
  choose(percent: number): number {
    let load = 0;
    this.choseDegraded = false;
    for (let p = 0; p < this.levels; p++) {
      load += this.healthyLoad[p];
      if (percent < load) return p;
    }
    this.choseDegraded = true;
    for (let p = 0; p < this.levels; p++) {
      load += this.degradedLoad[p];
      if (percent < load) return p;
    }
    throw new Error(`loads of the levels sum to ${load}, not 100`);
  }

  private scaledHealth(available: number, counted: number): number {
    return counted > 0 ? Math.min(100, Math.floor((this.factor * available) / counted)) : 0;
  }

  private spreadByHealth(): void {
    this.healthyLoad.fill(0);
    this.degradedLoad.fill(0);
    if (this.normalizedTotal === 0) {
      this.healthyLoad[0] = 100;
      return;
    }
    const left = this.assign(this.healthyLoad, this.health, 100);
    const remainder = this.assign(this.degradedLoad, this.degradedHealth, left);
    if (remainder === 0) return;
    const firstHealthy = firstAbove0(this.health);
    if (firstHealthy >= 0) this.healthyLoad[firstHealthy] += remainder;
    else this.degradedLoad[firstAbove0(this.degradedHealth)] += remainder;
  }

  private assign(load: Int32Array, health: Int32Array, total: number): number {
    let left = total;
    for (let p = 0; p < this.levels; p++) {
      load[p] = Math.min(left, Math.floor((health[p] * 100) / this.normalizedTotal));
      left -= load[p];
    }
    return left;
  }

  private updatePanic(
    hosts: ArrayLike<number>,
    healthy: ArrayLike<number>,
    degraded?: ArrayLike<number>,
    excluded?: ArrayLike<number>,
  ): boolean {
    let all = true;
    for (let p = 0; p < this.levels; p++) {
      const counted = hosts[p] - (excluded?.[p] ?? 0);
      const available = counted > 0 ? (100 * (healthy[p] + (degraded?.[p] ?? 0))) / counted : 0;
      this.panic[p] = this.normalizedTotal < 100 && available < this.threshold ? 1 : 0;
      all &&= this.panic[p] === 1;
    }
    return all;
  }

  private spreadByHosts(hosts: ArrayLike<number>): void {
    let total = 0;
    for (let p = 0; p < this.levels; p++) total += hosts[p];
    if (total === 0) return;
    let left = 100;
    for (let p = 0; p < this.levels; p++) {
      this.healthyLoad[p] = Math.floor((100 * hosts[p]) / total);
      this.degradedLoad[p] = 0;
      left -= this.healthyLoad[p];
    }
    this.healthyLoad[firstAbove0(hosts)] += left;
  }
}

function firstAbove0(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (values[i] > 0) return i;
  return -1;
}
