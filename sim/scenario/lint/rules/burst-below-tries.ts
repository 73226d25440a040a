import { allowanceOf } from '../allowance.ts';
import { atLayer, isKind } from '../linted-design.ts';
import { attemptsOfAll, retryingLayers, times } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, short } from '../words.ts';

export const burstBelowTries: Rule = {
  code: 'OC305',
  name: 'burst-below-tries',
  severity: 'warning',
  about: 'A limiter lets fewer requests through at once than the tries that one request may make outside of it.',
  why: 'The tries of a single request exhaust it: the last of them is always refused, however idle the service is.',
  fix: 'Raise the burst well above the tries, or put the limiter outside of the retries.',
  sources: ['overcontrol'],
  check({ edges }) {
    return edges.flatMap((edge) =>
      edge.layers.flatMap((layer, i): Finding[] => {
        const allowance = isKind(layer, 'rateLimiter') ? allowanceOf(layer) : undefined;
        if (allowance === undefined) return [];
        const outer = retryingLayers(edge.layers.slice(0, i));
        const tries = attemptsOfAll(outer);
        if (allowance.burst >= tries) return [];
        const who = outer.map(named).join(' and ');
        const message = `${named(layer)} lets ${short(allowance.burst)} through at once, but one request may be tried ${times(tries)} by ${who}`;
        return [atLayer(layer, [allowance.burstParameter], message, outer)];
      }),
    );
  },
};
