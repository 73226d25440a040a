import { atLayer, configOf } from '../linted-design.ts';
import type { Finding, Rule } from '../rule.ts';
import { named } from '../words.ts';

export const twoAutoscalers: Rule = {
  code: 'OC403',
  name: 'two-autoscalers',
  severity: 'warning',
  about: 'Two autoscalers set the replicas of one service.',
  why: 'Each corrects what the other did: one adds what the other takes away, for ever.',
  fix: 'Let one autoscaler hold all the metrics (a Horizontal Pod Autoscaler takes the highest of several).',
  sources: ['Kubernetes, Horizontal Pod Autoscaling: ambiguous selectors are refused'],
  check({ autoscalers }) {
    return autoscalers.flatMap((layer, i): Finding[] => {
      const service = configOf(layer, 'service');
      const first = autoscalers.slice(0, i).find((other) => configOf(other, 'service') === service);
      if (first === undefined) return [];
      const message = `${named(layer)} and ${named(first)} both set the replicas of \`${String(service)}\``;
      return [atLayer(layer, ['service'], message, [first])];
    });
  },
};
