import { atLayer, firstWritten } from '../linted-design.ts';
import { retryingLayers, waitBefore } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, time } from '../words.ts';

export const backoffWithoutJitter: Rule = {
  code: 'OC109',
  name: 'backoff-without-jitter',
  severity: 'warning',
  about: 'Everybody who failed at one moment tries again at one moment.',
  why: 'A failure strikes many calls at once. Without jitter their retries come as one burst, and fail together again.',
  fix: 'Spread the waits: full jitter is uniform on [0, wait).',
  sources: ['M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015'],
  check({ edges }) {
    return edges.flatMap((edge) =>
      retryingLayers(edge.layers).flatMap((layer): Finding[] => {
        if (layer.retry.tries < 2) return [];
        const { shortest, longest } = waitBefore(layer.retry, 1);
        if (longest !== shortest || longest === 0) return [];
        const message = `${named(layer)} waits ${time(longest)} before its first retry, every time: there is no jitter`;
        const at = firstWritten(
          layer,
          'backoff.jitter',
          'backoff',
          'enableRandomizedWait',
          'UseJitter',
          'waitDuration',
          'Delay',
        );
        return [atLayer(layer, at, message)];
      }),
    );
  },
};
