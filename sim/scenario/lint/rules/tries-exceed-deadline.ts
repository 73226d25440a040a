import { NEVER } from '../../../kernel/time.ts';
import { atLayer } from '../linted-design.ts';
import { longestTries, perTryTimeoutPath } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, time } from '../words.ts';

export const triesExceedDeadline: Rule = {
  code: 'OC102',
  name: 'tries-exceed-deadline',
  severity: 'warning',
  about:
    'The tries of a call and the waits between them, taken together, last longer than anybody waits for the answer.',
  why: 'The last tries are made for a client that has gone, or cannot end in time: they are load, and serve nobody.',
  fix: 'Lower the per-try timeout or the tries until their sum, waits included, is within the deadline.',
  sources: ['gRPC proposal A6: the deadline covers all attempts', 'Envoy: retries share the route timeout'],
  check({ edges }) {
    return edges.flatMap(({ layers, traffic }) =>
      layers.flatMap((layer): Finding[] => {
        const { retry } = layer;
        if (retry === null || retry.tries < 2) return [];
        const taken = longestTries(retry);
        const deadline = Math.min(
          traffic?.deadline ?? NEVER,
          typeof traffic?.patience === 'number' ? traffic.patience : NEVER,
        );
        const limit = Math.min(deadline, retry.timeout);
        if (taken >= NEVER || taken <= limit) return [];
        const whose =
          limit === retry.timeout ? 'its timeout for the whole call' : `the deadline of \`${traffic!.name}\``;
        const wait = taken - retry.perTryTimeout * (retry.lastTryTimesOut ? retry.tries : retry.tries - 1);
        const waits = wait === 0 ? '' : ` and waits of up to ${time(wait)}`;
        const message = `${named(layer)}: ${retry.tries} tries of ${time(retry.perTryTimeout)}${waits} take up to ${time(taken)}; ${whose} is ${time(limit)}`;
        return [atLayer(layer, perTryTimeoutPath(layer), message)];
      }),
    );
  },
};
