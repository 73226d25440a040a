import type { RandomSource } from '../../../kernel/random.ts';
import { below } from '../../../kernel/random.ts';
import { number, share } from '../../parameters.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerPolicy, HostView } from '../policy.ts';

/** The caller's own zone while it can serve; else the least loaded of the others. */
class LocalFirst implements BalancerPolicy {
  private readonly view: HostView;
  private readonly escalateAbove: number;
  private readonly minimumHealthy: number;

  constructor(view: HostView, escalateAbove: number, minimumHealthy: number) {
    this.view = view;
    this.escalateAbove = escalateAbove;
    this.minimumHealthy = minimumHealthy;
  }

  pick(_now: number, random: RandomSource, own: number): number {
    const { view } = this;
    if (view.isCandidate(own) && this.canServe(own)) return own;
    let best = -1;
    let bestLoad = Infinity;
    let tied = 0;
    for (let i = 0; i < view.count; i++) {
      const pool = view.hosts[i];
      if (pool === own && view.count > 1) continue;
      const load = view.load(pool);
      if (load < bestLoad) {
        best = pool;
        bestLoad = load;
        tied = 1;
      } else if (load === bestLoad && below(random, ++tied) === 0) {
        best = pool;
      }
    }
    return best;
  }

  private canServe(pool: number): boolean {
    return this.view.load(pool) <= this.escalateAbove && this.view.health(pool) >= this.minimumHealthy;
  }

  believed(pool: number): number {
    return this.view.load(pool);
  }
}

export const localFirst = defineBalancerPolicy({
  name: 'localFirst',
  about:
    'Keeps a request in the zone (or region) of its caller while that can serve it; else escalates to the least loaded other.',
  looksAt: ['load'],
  byKey: true,
  poolsOnly: true,
  parameters: {
    escalateAbove: number({
      about:
        'Requests for each ready instance of the own pool above which a request goes elsewhere. Without it, load does not matter.',
      min: 0,
      source: 'overcontrol',
    }).optional(),
    minimumHealthy: share({
      about: 'Share of the instances of the own pool that must be ready.',
      default: '70%',
      source: 'Envoy overprovisioning factor 1.4: full use of a locality down to 71 % healthy',
    }),
  },
  sources: ['Envoy zone-aware routing and locality priorities, simplified: the own locality first, the others by load'],
  knownToGetWrong: [
    'A zone with more callers than capacity overloads while others idle, until it escalates.',
    'All callers of a failed zone escalate at once, to the same zone if their view is late.',
  ],
  create: ({ escalateAbove, minimumHealthy }, { view }) =>
    new LocalFirst(view, escalateAbove ?? Infinity, minimumHealthy),
});
