import { exp } from '../../../kernel/math.ts';
import { below } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { CANCELLED } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import { duration } from '../../parameters.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerPolicy, HostView } from '../policy.ts';

/** An exponentially weighted mean of each instance's latency; the lowest wins. */
class LowestLatency implements BalancerPolicy {
  private readonly view: HostView;
  private readonly decay: number;
  private readonly means: Float64Array;
  private readonly seenAt: Float64Array;

  constructor(view: HostView, decay: number) {
    this.view = view;
    this.decay = decay;
    this.means = new Float64Array(view.size);
    this.seenAt = new Float64Array(view.size).fill(-Infinity);
  }

  pick(_now: number, random: RandomSource): number {
    const { hosts, count } = this.view;
    let best = -1;
    let bestMean = Infinity;
    let tied = 0;
    for (let i = 0; i < count; i++) {
      const mean = this.means[hosts[i]];
      if (mean < bestMean) {
        best = hosts[i];
        bestMean = mean;
        tied = 1;
      } else if (mean === bestMean && below(random, ++tied) === 0) {
        best = hosts[i];
      }
    }
    return best;
  }

  believed(): number {
    return NaN;
  }

  ended(host: number, now: number, kind: Kind, elapsed: number): void {
    if (kind === CANCELLED) return;
    const weight = exp(-(now - this.seenAt[host]) / this.decay);
    this.means[host] = this.means[host] * weight + elapsed * (1 - weight);
    this.seenAt[host] = now;
  }
}

export const lowestLatency = defineBalancerPolicy({
  name: 'lowestLatency',
  about:
    'Chooses the instance whose answers were fastest, by an exponentially weighted mean; one not yet seen is tried first.',
  looksAt: ['results'],
  parameters: {
    decay: duration({
      about: 'Time constant of the mean.',
      default: '10s',
      min: '1ms',
      source: 'Finagle peak EWMA decay',
    }),
  },
  sources: ['NGINX Plus least_time; the naive form of latency-aware balancing'],
  knownToGetWrong: [
    'A fast failure is a low latency: an instance that answers errors at once draws all traffic.',
    'Blind to what it has sent itself and not yet heard of: it herds on one instance until the answers come back slower.',
    'An instance that once was slow is not asked again, so its mean does not recover.',
  ],
  create: ({ decay }, { view }) => new LowestLatency(view, decay),
});
