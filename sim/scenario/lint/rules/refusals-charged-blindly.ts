import { atLayer, isKind, numberOf } from '../linted-design.ts';
import { blindRefusers } from '../refusers.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, short } from '../words.ts';

export const refusalsChargedBlindly: Rule = {
  code: 'OC303',
  name: 'refusals-charged-blindly',
  severity: 'warning',
  about: 'A limiter charges the client for refusals that another layer made, because it cannot tell whose they are.',
  why: 'The client is punished for what it did not do: it loses its allowance while one instance is refused, and is answered 429 afterwards.',
  fix: 'Set `propagateCause: true` on the layer inside, charge nothing (`refusalCost: 0`), or put the limiter inside of it.',
  sources: ['overcontrol'],
  check({ edges }) {
    return edges.flatMap(({ layers }) =>
      layers.flatMap((layer, i): Finding[] => {
        const cost = isKind(layer, 'rateLimiter') ? (numberOf(layer, 'refusalCost') ?? 0) : 0;
        const blamed = cost > 0 ? blindRefusers(layers.slice(i + 1)) : [];
        if (blamed.length === 0) return [];
        const who = blamed.map(named).join(' and ');
        const message = `${named(layer)} charges ${short(cost)} for each refusal, and cannot tell those of ${who} from a client's offence`;
        return [atLayer(layer, ['refusalCost'], message, blamed)];
      }),
    );
  },
};
