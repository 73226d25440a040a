import { pow } from '../../../kernel/math.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { below } from '../../../kernel/random.ts';
import { choice, flag, integer, number } from '../../parameters.ts';
import { EnvoyEdfBalancer } from './envoy-edf-balancer.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';
import type { WarmUp } from './slow-start.ts';
import { slowStartParameters } from './slow-start.ts';

const SOURCE = 'Envoy envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest';

export const envoyLeastRequest = describeProduct({
  name: 'envoyLeastRequest',
  product: 'Envoy',
  about: 'The host with the fewest active requests of a few random ones; with unequal weights, an EDF schedule.',
  parameters: {
    choiceCount: integer({
      about: 'Hosts sampled for each pick, with replacement.',
      source: `${SOURCE} choice_count`,
      default: 2,
      min: 2,
    }),
    selectionMethod: choice(['N_CHOICES', 'FULL_SCAN'], {
      about: 'Whether a few random hosts are compared, or all; while the weights are equal.',
      source: `${SOURCE} selection_method`,
      default: 'N_CHOICES',
    }),
    activeRequestBias: number({
      about:
        'How strongly active requests lower the weight of a host, while weights differ; 0 is weighted round robin.',
      source: `${SOURCE} active_request_bias (runtime)`,
      default: 1,
    }),
    alwaysWeighted: flag({
      about:
        'Picks by weight even while the weights are equal, as recent versions do if active_request_bias is written.',
      source: 'Envoy runtime guard least_request_lb_active_request_bias_forces_weighted',
      default: false,
    }),
    ...slowStartParameters,
  },
  sources: [
    'envoyproxy/envoy source/extensions/load_balancing_policies/least_request/least_request_lb.cc @0a31a547',
    'envoyproxy/envoy test/extensions/load_balancing_policies/least_request/least_request_lb_test.cc',
  ],
  knownToGetWrong: [
    'Samples with replacement: of two hosts, half of all picks compare a host with itself.',
    'A tie keeps the first sample, and a host that fails fast looks idle, so it attracts requests.',
    'With unequal weights it samples nothing: it is a schedule whose deadlines do not see a load that changed since.',
    'Counts only the requests of this proxy.',
  ],
});

export type EnvoyLeastRequestConfig = Pick<
  ConfigOf<typeof envoyLeastRequest>,
  'choiceCount' | 'selectionMethod' | 'activeRequestBias' | 'alwaysWeighted'
>;

/**
 * Envoy's least request. With equal weights: `choiceCount` random hosts with replacement, a later one wins only by
 * strictly fewer active requests; or a full scan in which ties are drawn by reservoir sampling. With unequal weights
 * or slow start: an EDF schedule (`EnvoyEdfBalancer`) of weight x slow start / (active + 1)^bias.
 */
export class EnvoyLeastRequest extends EnvoyEdfBalancer {
  private readonly config: EnvoyLeastRequestConfig;
  private readonly active: ArrayLike<number>;
  private readonly bias: number;

  /**
   * @param active requests in flight by host, and @param weights by host, both kept by the caller
   * @param seed where the schedules of this worker begin, 0 … 2^32 - 1
   */
  constructor(
    config: EnvoyLeastRequestConfig,
    active: ArrayLike<number>,
    weights: ArrayLike<number>,
    seed: number,
    warmUp?: WarmUp,
  ) {
    super(weights, seed, warmUp, config.alwaysWeighted);
    this.config = config;
    this.active = active;
    // The product falls back to 1 if runtime hands it a negative bias.
    this.bias = config.activeRequestBias >= 0 ? config.activeRequestBias : 1;
  }

  protected override scaled(weight: number, host: number): number {
    return weight / pow(this.active[host] + 1, this.bias);
  }

  protected override pickUnweighted(random: RandomSource): number {
    return this.config.selectionMethod === 'FULL_SCAN'
      ? fullScan(random, this.hosts, this.count, this.active)
      : leastOfChoices(random, this.hosts, this.count, this.active, this.config.choiceCount);
  }
}

/** The host with the fewest active requests of so many random ones, with replacement; ties keep the earlier sample. */
export function leastOfChoices(
  random: RandomSource,
  hosts: ArrayLike<number>,
  count: number,
  active: ArrayLike<number>,
  choices: number,
): number {
  let best = hosts[below(random, count)];
  for (let i = 1; i < choices; i++) {
    const sample = hosts[below(random, count)];
    if (active[sample] < active[best]) best = sample;
  }
  return best;
}

/** The host with the fewest active requests of all; each of n tied ones with chance 1 / n (reservoir sampling). */
export function fullScan(
  random: RandomSource,
  hosts: ArrayLike<number>,
  count: number,
  active: ArrayLike<number>,
): number {
  let best = hosts[0];
  let tied = 1;
  for (let i = 1; i < count; i++) {
    const host = hosts[i];
    if (active[host] > active[best]) continue;
    if (active[host] < active[best]) {
      best = host;
      tied = 1;
    } else if (below(random, ++tied) === 0) {
      best = host;
    }
  }
  return best;
}
