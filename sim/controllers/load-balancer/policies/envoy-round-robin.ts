import { EnvoyEdfBalancer } from './envoy-edf-balancer.ts';
import { describeProduct } from '../../shared/product.ts';
import type { WarmUp } from './slow-start.ts';
import { slowStartParameters } from './slow-start.ts';

export const envoyRoundRobin = describeProduct({
  name: 'envoyRoundRobin',
  product: 'Envoy',
  about: 'One host after the other; with unequal weights or slow start, by earliest deadline first.',
  parameters: slowStartParameters,
  sources: [
    'envoyproxy/envoy source/extensions/load_balancing_policies/round_robin/round_robin_lb.h',
    'envoyproxy/envoy source/extensions/load_balancing_policies/common/load_balancer_impl.cc',
  ],
  knownToGetWrong: [
    'Looks at no load: a slow host gets as many requests as a fast one.',
    'Each worker thread turns on its own: many workers with few requests each are unevenly spread, and may move in step.',
    'Every change of hosts or health builds the schedule anew from the same start, which favours the hosts picked first.',
  ],
});

/**
 * Envoy's round robin: the next host of the list, from a random start of each worker; an EDF schedule of the weights
 * where they differ or slow start runs (`EnvoyEdfBalancer`).
 */
export class EnvoyRoundRobin extends EnvoyEdfBalancer {
  private index: number;

  /** @param weights by host, kept by the caller; @param seed where this worker begins, 0 … 2^32 - 1 */
  constructor(weights: ArrayLike<number>, seed: number, warmUp?: WarmUp) {
    super(weights, seed, warmUp, false);
    this.index = seed;
  }

  protected override scaled(weight: number): number {
    return weight;
  }

  protected override pickUnweighted(): number {
    return this.hosts[this.index++ % this.count];
  }
}
