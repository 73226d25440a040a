import { below } from '../../../kernel/random.ts';
import { defineBalancerPolicy } from '../policy.ts';

export const random = defineBalancerPolicy({
  name: 'random',
  about: 'Chooses uniformly among the candidates, with replacement.',
  looksAt: [],
  parameters: {},
  sources: ['Envoy random: random % hosts'],
  knownToGetWrong: ['Sends a slow instance its full share.', 'Queues are those of independent M/G/c servers.'],
  create: (_config, { view }) => ({
    pick: (_now, source) => view.hosts[below(source, view.count)],
    believed: () => NaN,
  }),
});
