import { z } from 'zod';
import type { RandomSource } from '../../../kernel/random.ts';
import type { Kind } from '../../../stack/result.ts';
import { duration, integer, oneOf } from '../../parameters.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerPolicy, HostView } from '../policy.ts';
import { finaglePeakEwma as finagleProduct, linkerdPeakEwma as linkerdProduct, PeakEwma } from './peak-ewma.ts';
import { PeakEwmaIndex } from './peak-ewma-index.ts';

/** The better of two distinct random candidates by peak EWMA. */
class SampledPeakEwma implements BalancerPolicy {
  private readonly view: HostView;
  private readonly ewma: PeakEwma;

  constructor(view: HostView, ewma: PeakEwma) {
    this.view = view;
    this.ewma = ewma;
  }

  pick(now: number, random: RandomSource): number {
    return this.ewma.pickOfTwo(now, random, this.view.hosts, this.view.count);
  }

  believed(host: number): number {
    return this.ewma.cost(host);
  }

  sent(host: number): void {
    this.ewma.start(host);
  }

  ended(host: number, now: number, _kind: Kind, elapsed: number): void {
    this.ewma.end(host, elapsed, now);
  }
}

/** The best of all candidates by peak EWMA. */
class ScannedPeakEwma implements BalancerPolicy {
  private readonly view: HostView;
  private readonly ewma: PeakEwma;
  private readonly index: PeakEwmaIndex;

  constructor(view: HostView, ewma: PeakEwma) {
    this.view = view;
    this.ewma = ewma;
    this.index = new PeakEwmaIndex(ewma);
    this.candidatesChanged();
  }

  pick(now: number): number {
    const best = this.index.pick(now);
    // None is free of unknown requests in flight: take the first candidate, as a scan would.
    return best >= 0 ? best : this.view.hosts[0];
  }

  believed(host: number): number {
    return this.ewma.cost(host);
  }

  sent(host: number): void {
    this.index.start(host);
  }

  ended(host: number, now: number, _kind: Kind, elapsed: number): void {
    this.index.end(host, elapsed, now);
  }

  candidatesChanged(): void {
    for (let host = 0; host < this.view.size; host++) this.index.setEligible(host, this.view.isCandidate(host));
  }
}

export const peakEwma = defineBalancerPolicy({
  name: 'peakEwma',
  about: 'Chooses by a latency estimate that peaks replace at once, times requests in flight.',
  looksAt: ['results'],
  parameters: {
    decay: duration({
      about: 'Mean lifetime of a latency in the moving average.',
      default: '10s',
      min: '1ms',
      source: 'Finagle Balancers.p2cPeakEwma decayTime',
    }),
    initialRtt: duration({
      about: 'What an instance without history is taken for; 0: free until it has a request in flight (Finagle).',
      default: '0s',
      source: 'Finagle PeakEwma',
    }),
    choices: oneOf([integer({ about: '', min: 2, max: 2 }), z.literal('all')], {
      about: 'The better of 2 distinct random candidates, or the best of `all`.',
      default: 2,
      source: 'Finagle p2c',
    }),
  },
  sources: [
    'twitter/finagle PeakEwma.scala @4feb34cb9',
    'Jenson and Oanta, Beyond Round Robin: Load Balancing for Latency, linkerd.io 2016',
  ],
  knownToGetWrong: [
    'An instance that fails fast has a low latency and attracts requests.',
    'A slow instance that nobody picks is forgiven within a few decay times.',
    'Fed by late results it learns of a peak only when many more requests have been sent into it.',
  ],
  create: ({ decay, initialRtt, choices }, { view }) => {
    const ewma = new PeakEwma({ decay, initialRtt }, view.size);
    return choices === 'all' ? new ScannedPeakEwma(view, ewma) : new SampledPeakEwma(view, ewma);
  },
});

export const finaglePeakEwma = defineBalancerPolicy({
  ...finagleProduct,
  looksAt: ['results'],
  create: ({ decayTime }, { view }) =>
    new SampledPeakEwma(view, new PeakEwma({ decay: decayTime, initialRtt: 0 }, view.size)),
});

export const linkerdPeakEwma = defineBalancerPolicy({
  ...linkerdProduct,
  looksAt: ['results'],
  create: ({ decay, defaultRtt }, { view }) =>
    new SampledPeakEwma(view, new PeakEwma({ decay, initialRtt: defaultRtt }, view.size)),
});
