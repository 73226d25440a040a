import { ERROR, TIMED_OUT } from '../../../stack/result.ts';
import { atLayer } from '../linted-design.ts';
import { retryingLayers, retryOnPath } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named } from '../words.ts';

export const retryRepeatsEffect: Rule = {
  code: 'OC106',
  name: 'retry-repeats-effect',
  severity: 'warning',
  about: 'A call whose effect must happen once is hedged, or tried again after it may have happened.',
  why: 'A timeout does not say that nothing was done, nor does an error. A hedge does it twice on purpose. The second execution is a duplicate.',
  fix: 'Retry only refusals, which come before any effect; or make the service idempotent (`effect: idempotent`), with a key for each request.',
  sources: ['Amazon Builders’ Library, Making retries safe with idempotent APIs'],
  check({ edges }) {
    return edges.flatMap((edge) => {
      if (edge.service.effect !== 'once') return [];
      return retryingLayers(edge.layers).flatMap((layer): Finding[] => {
        const { retryOn, hedge } = layer.retry;
        const after = [
          ...(hedge === null ? [] : ['hedges']),
          ...((retryOn.kinds & (1 << TIMED_OUT)) === 0 ? [] : ['retries timeouts of']),
          ...((retryOn.kinds & (1 << ERROR)) === 0 ? [] : ['retries errors of']),
        ];
        if (after.length === 0) return [];
        const message = `${named(layer)} ${after.join(' and ')} \`${edge.service.name}\`, whose effect must happen once: each may be a duplicate`;
        return [atLayer(layer, hedge === null ? retryOnPath(layer) : ['hedge'], message)];
      });
    });
  },
};
