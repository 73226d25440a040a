import { EdfScheduler } from './edf-scheduler.ts';

/**
 * The weight of a locality, lowered once fewer of its hosts are available than the overprovisioning allows:
 * weight * min(1, factor * available / hosts).
 *
 * @param overprovisioningFactor in hundredths, 140 in Envoy
 */
export function effectiveLocalityWeight(
  weight: number,
  available: number,
  hosts: number,
  overprovisioningFactor: number,
): number {
  return hosts > 0 ? weight * Math.min(1, (overprovisioningFactor / 100) * (available / hosts)) : 0;
}

/**
 * Envoy's locality-weighted balancing: within a priority level, localities take turns by earliest deadline first, each
 * with its effective weight; one without any gets nothing. Off unless locality_weighted_lb_config is set.
 *
 * Source: envoyproxy/envoy source/extensions/load_balancing_policies/common/locality_wrr.cc, and its documentation
 * locality_weight.rst.
 */
export class LocalityRoundRobin {
  private readonly weights: Float64Array;
  private readonly eligible: Int32Array;
  private readonly scheduler: EdfScheduler;
  private readonly weightOf = (locality: number): number => this.weights[locality];

  constructor(localities: number) {
    this.weights = new Float64Array(localities);
    this.eligible = new Int32Array(localities);
    this.scheduler = new EdfScheduler(localities);
  }

  /** Weights or hosts have changed. @param startingPicks where the schedule begins, a draw of the worker */
  refresh(
    weights: ArrayLike<number>,
    available: ArrayLike<number>,
    hosts: ArrayLike<number>,
    overprovisioningFactor: number,
    startingPicks = 0,
  ): void {
    let count = 0;
    for (let i = 0; i < this.weights.length; i++) {
      this.weights[i] = effectiveLocalityWeight(weights[i], available[i], hosts[i], overprovisioningFactor);
      if (this.weights[i] > 0) this.eligible[count++] = i;
    }
    this.scheduler.start(this.eligible, count, this.weightOf, startingPicks);
  }

  /** The next locality; -1 if none has any weight. */
  pick(): number {
    const locality = this.scheduler.head();
    if (locality >= 0) this.scheduler.reinsertHead(this.weights[locality]);
    return locality;
  }
}
