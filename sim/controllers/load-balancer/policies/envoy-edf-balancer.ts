import type { RandomSource } from '../../../kernel/random.ts';
import { EdfScheduler } from './edf-scheduler.ts';
import type { WarmUp } from './slow-start.ts';

/** Envoy begins a schedule at a random pick below this. */
const MOST_STARTING_PICKS = 429496729;

/**
 * What Envoy's round robin and least request have in common. While all weights are equal and no host is in slow start
 * there is no schedule, and the policy picks in its own, unweighted way; otherwise it is an EDF schedule and the policy
 * only says what a host weighs at the moment of its (re)insertion.
 *
 * Which of the two it is gets decided when the hosts change (`refresh`), not at each pick: a slow start that has run
 * out still goes through the schedule until the next change.
 *
 * Source: envoyproxy/envoy source/extensions/load_balancing_policies/common/load_balancer_impl.cc EdfLoadBalancerBase.
 */
export abstract class EnvoyEdfBalancer {
  protected readonly hosts: Int32Array;
  protected count = 0;
  private scheduled = false;
  private readonly scheduler: EdfScheduler;
  private readonly weights: ArrayLike<number>;
  private readonly warmUp: WarmUp | undefined;
  private readonly alwaysScheduled: boolean;
  private readonly startingPicks: number;
  private now = 0;
  private readonly weightNow = (host: number): number => this.weightOf(host);

  /**
   * @param weights by host, kept by the caller, whole numbers from 1 on
   * @param seed of this worker, 0 … 2^32 - 1: where its schedules begin
   * @param alwaysScheduled makes a schedule even of equal weights
   */
  constructor(weights: ArrayLike<number>, seed: number, warmUp: WarmUp | undefined, alwaysScheduled: boolean) {
    this.hosts = new Int32Array(weights.length);
    this.scheduler = new EdfScheduler(weights.length);
    this.weights = weights;
    this.warmUp = warmUp;
    this.alwaysScheduled = alwaysScheduled;
    this.startingPicks = seed % MOST_STARTING_PICKS;
  }

  /** The hosts to choose from, or their health, or their weights have changed: the schedule is built anew. */
  refresh(now: number, hosts: ArrayLike<number>, count: number): void {
    this.now = now;
    this.count = count;
    for (let i = 0; i < count; i++) this.hosts[i] = hosts[i];
    this.scheduled = count > 1 && (this.alwaysScheduled || this.warming() || !this.weightsAreEqual());
    if (this.scheduled) this.scheduler.start(this.hosts, count, this.weightNow, this.startingPicks);
  }

  /** The host for the next request; -1 if there is none. */
  pick(now: number, random: RandomSource): number {
    if (this.count === 0) return -1;
    if (!this.scheduled) return this.pickUnweighted(random);
    this.now = now;
    const host = this.scheduler.head();
    this.scheduler.reinsertHead(this.weightOf(host));
    return host;
  }

  /** What a host of this weight weighs now, slow start apart; above 0. */
  protected abstract scaled(weight: number, host: number): number;

  /** The pick while all weights are equal; there is at least one host. */
  protected abstract pickUnweighted(random: RandomSource): number;

  private weightOf(host: number): number {
    const weight = this.scaled(this.weights[host], host);
    return this.warmUp !== undefined && this.warming() ? weight * this.warmUp.factor(host, this.now) : weight;
  }

  private warming(): boolean {
    return this.warmUp !== undefined && this.warmUp.running(this.now);
  }

  private weightsAreEqual(): boolean {
    const weight = this.weights[this.hosts[0]];
    for (let i = 1; i < this.count; i++) if (this.weights[this.hosts[i]] !== weight) return false;
    return true;
  }
}
