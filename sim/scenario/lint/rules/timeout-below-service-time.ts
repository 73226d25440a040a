import { NEVER } from '../../../kernel/time.ts';
import { atLayer } from '../linted-design.ts';
import { meanServiceTime } from '../load.ts';
import { perTryTimeoutPath } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, time } from '../words.ts';

export const timeoutBelowServiceTime: Rule = {
  code: 'OC104',
  name: 'timeout-below-service-time',
  severity: 'warning',
  about: 'A try is given less time than the service takes for a request on average, waiting not counted.',
  why: 'Most tries are ended although nothing is wrong, and their work goes on for nobody.',
  fix: 'Set the per-try timeout above the p99 of a healthy answer.',
  sources: ['Amazon Builders’ Library, Timeouts, retries and backoff with jitter'],
  check({ edges }) {
    return edges.flatMap(({ layers, service }) =>
      layers.flatMap((layer): Finding[] => {
        const mean = meanServiceTime(service);
        const timeout = layer.retry?.perTryTimeout ?? NEVER;
        if (timeout >= mean) return [];
        const message = `${named(layer)} gives a try ${time(timeout)}, but \`${service.name}\` takes ${time(mean)} for a request on average`;
        return [atLayer(layer, perTryTimeoutPath(layer), message)];
      }),
    );
  },
};
