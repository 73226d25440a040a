import { allowanceOf, statesOf } from '../allowance.ts';
import { atLayer, isKind } from '../linted-design.ts';
import { meanRate } from '../load.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, percent, perSecond } from '../words.ts';

export const quotaBelowTraffic: Rule = {
  code: 'OC306',
  name: 'quota-below-traffic',
  severity: 'warning',
  about: 'A limiter allows less in the long run than comes on average.',
  why: 'It refuses a share of the ordinary traffic for ever, whatever the service could serve.',
  fix: 'Raise its rate above the mean of the traffic; leave it where shedding is what is meant, and say so (`--ignore OC306`).',
  sources: ['overcontrol'],
  check({ edges, world }) {
    return edges.flatMap((edge) =>
      edge.layers.flatMap((layer): Finding[] => {
        const allowance = isKind(layer, 'rateLimiter') ? allowanceOf(layer) : undefined;
        const offered = edge.traffic === undefined ? undefined : meanRate(edge.traffic, world.duration);
        if (allowance === undefined || offered === undefined) return [];
        const states = statesOf(layer, edge);
        const allowed = allowance.rate * states.count;
        if (allowed >= offered) return [];
        const sum =
          states.count === 1 ? '' : ` (${perSecond(allowance.rate)} for each ${states.of}, ${states.count} in all)`;
        const message = `${named(layer)} allows ${perSecond(allowed)}${sum}, but \`${edge.from}\` sends ${perSecond(offered)} on average: ${percent(1 - allowed / offered)} are refused`;
        return [atLayer(layer, [allowance.rateParameter], message)];
      }),
    );
  },
};
