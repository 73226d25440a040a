import { z } from 'zod';
import { MinCountTree } from '../../../kernel/min-count-tree.ts';
import { below } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { flag, integer, oneOf } from '../../parameters.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerPolicy, HostView } from '../policy.ts';

/** The least loaded of `choices` candidates sampled at random; the first sampled wins a tie. */
class SampledLeastRequest implements BalancerPolicy {
  private readonly view: HostView;
  private readonly choices: number;
  private readonly distinct: boolean;
  private readonly sampled: Int32Array;

  constructor(view: HostView, choices: number, distinct: boolean) {
    this.view = view;
    this.choices = choices;
    this.distinct = distinct;
    this.sampled = new Int32Array(choices);
  }

  pick(_now: number, random: RandomSource): number {
    return this.distinct ? this.pickDistinct(random) : this.pickAny(random);
  }

  private pickAny(random: RandomSource): number {
    const { view } = this;
    let best = view.hosts[below(random, view.count)];
    let bestLoad = view.load(best);
    for (let i = 1; i < this.choices; i++) {
      const host = view.hosts[below(random, view.count)];
      const load = view.load(host);
      if (load < bestLoad) {
        best = host;
        bestLoad = load;
      }
    }
    return best;
  }

  /** Floyd's sampling: draws among the first n - k + 1, n - k + 2, … places, the new place itself on a repeat. */
  private pickDistinct(random: RandomSource): number {
    const { sampled, view } = this;
    const choices = Math.min(this.choices, view.count);
    let best = -1;
    let bestLoad = Infinity;
    for (let i = 0; i < choices; i++) {
      const last = view.count - choices + i;
      let place = below(random, last + 1);
      for (let j = 0; j < i; j++) if (sampled[j] === place) place = last;
      sampled[i] = place;
      const host = view.hosts[place];
      const load = view.load(host);
      // Floyd's order is not random, so a tie is broken by one more draw instead of by order.
      if (load < bestLoad || (load === bestLoad && below(random, i + 1) === 0)) {
        best = host;
        bestLoad = load;
      }
    }
    return best;
  }

  believed(host: number): number {
    return this.view.load(host);
  }
}

/** The least loaded of all candidates, ties at random; O(log n). */
class ScannedLeastRequest implements BalancerPolicy {
  private readonly view: HostView;
  private readonly tree: MinCountTree;

  constructor(view: HostView) {
    this.view = view;
    this.tree = new MinCountTree(view.size);
    this.candidatesChanged();
  }

  pick(_now: number, random: RandomSource): number {
    const { tied } = this.tree;
    return this.tree.pick(tied === 1 ? 0 : below(random, tied));
  }

  believed(host: number): number {
    return this.view.load(host);
  }

  loadChanged(host: number): void {
    if (this.view.isCandidate(host)) this.tree.set(host, this.view.load(host));
  }

  candidatesChanged(): void {
    for (let host = 0; host < this.view.size; host++) {
      this.tree.set(host, this.view.isCandidate(host) ? this.view.load(host) : Infinity);
    }
  }
}

export const leastRequest = defineBalancerPolicy({
  name: 'leastRequest',
  about: 'Chooses the instance with the fewest requests among a few sampled at random, or among all.',
  looksAt: ['load'],
  parameters: {
    choices: oneOf([integer({ about: '', min: 1, max: 64 }), z.literal('all')], {
      about: 'How many candidates are sampled, or `all`.',
      default: 2,
      source: 'Envoy least_request choice_count 2',
    }),
    replacement: flag({
      about: 'Whether one instance may be sampled twice. Without it the samples differ.',
      default: true,
      source: 'Envoy N_CHOICES samples with replacement',
    }),
  },
  sources: [
    'Envoy least_request (N_CHOICES, FULL_SCAN)',
    'Mitzenmacher, IEEE TPDS 12(10), 2001: the power of two choices',
  ],
  knownToGetWrong: [
    'An instance that fails fast looks idle and draws traffic.',
    'On a late view of all instances everybody sends to the same one: worse than random beyond a few service times of age.',
    'Counts requests, not work: blind to slow instances that refuse or time out.',
    'With two hosts and replacement half of all picks are plain random.',
  ],
  create: ({ choices, replacement }, { view }) =>
    choices === 'all' ? new ScannedLeastRequest(view) : new SampledLeastRequest(view, choices, !replacement),
});
