import { NEVER } from '../../../kernel/time.ts';
import { atLayer } from '../linted-design.ts';
import { longestCall, perTryTimeoutPath, retryingLayers } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, time } from '../words.ts';

export const timeoutsInverted: Rule = {
  code: 'OC103',
  name: 'timeouts-inverted',
  severity: 'warning',
  about: 'An outer layer gives a try up while a retrying layer inside of it is still at its tries.',
  why: 'The inner tries are cut off half-way, their work is thrown away, and the outer layer begins all of them anew.',
  fix: 'Make each timer longer than all that the layers inside of it may take, or retry at one level only.',
  sources: ['Google, Site Reliability Engineering, ch. 22: deadline propagation'],
  check({ edges }) {
    return edges.flatMap(({ layers }) =>
      layers.flatMap((outer, i): Finding[] => {
        if (outer.retry === null || outer.retry.perTryTimeout >= NEVER) return [];
        const { perTryTimeout } = outer.retry;
        const inner = retryingLayers(layers.slice(i + 1)).filter(({ retry }) => {
          const longest = longestCall(retry);
          return longest > perTryTimeout && longest < NEVER;
        });
        return inner.map((layer) => {
          const message = `${named(outer)} ends a try after ${time(perTryTimeout)}, but ${named(layer)} inside of it may take ${time(longestCall(layer.retry))} for its own`;
          return atLayer(outer, perTryTimeoutPath(outer), message, [layer]);
        });
      }),
    );
  },
};
