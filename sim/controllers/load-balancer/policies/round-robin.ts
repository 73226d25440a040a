import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerPolicy, HostView } from '../policy.ts';

/** Cyclic over the candidates, beginning at a random one, as Envoy's workers do. */
class RoundRobin implements BalancerPolicy {
  private readonly view: HostView;
  private next: number;

  constructor(view: HostView, start: number) {
    this.view = view;
    this.next = Math.floor(start * view.size);
  }

  pick(): number {
    if (this.next >= this.view.count) this.next %= this.view.count;
    return this.view.hosts[this.next++];
  }

  believed(): number {
    return NaN;
  }
}

export const roundRobin = defineBalancerPolicy({
  name: 'roundRobin',
  about: 'Takes the candidates in turn, beginning at a random one.',
  looksAt: [],
  parameters: {},
  sources: ['Envoy round_robin with equal weights: cyclic index, random start for each worker'],
  knownToGetWrong: [
    'Sends a slow instance its full share.',
    'Several balancers in turn are not in turn together: their sequences interleave at random.',
  ],
  create: (_config, { view, draws }) => new RoundRobin(view, draws.uniform(0)),
});
