import { LIMITED } from '../../../stack/result.ts';
import { atLayer } from '../linted-design.ts';
import { retryingLayers, retryOnPath } from '../retries.ts';
import type { Rule } from '../rule.ts';
import { named } from '../words.ts';

export const retryOfLimited: Rule = {
  code: 'OC108',
  name: 'retry-of-limited',
  severity: 'warning',
  about: 'A layer answers "too many requests" with further requests, without a budget.',
  why: 'Whoever is limited asks for more than it may. Retries make that more still, and each is limited in its turn.',
  fix: 'Leave `limited` out of what is retried; or bound it by a budget, and wait as long as the answer asks for.',
  sources: ['RFC 6585, section 4 (429 Too Many Requests, Retry-After)'],
  check({ edges }) {
    return edges.flatMap((edge) =>
      retryingLayers(edge.layers)
        .filter(({ retry }) => (retry.retryOn.kinds & (1 << LIMITED)) !== 0)
        .filter(({ retry }) => retry.budget === null && retry.retryAfter === null && retry.pace === null)
        .map((layer) =>
          atLayer(
            layer,
            retryOnPath(layer),
            `${named(layer)} retries 429s, without a budget and without heeding when to come again`,
          ),
        ),
    );
  },
};
