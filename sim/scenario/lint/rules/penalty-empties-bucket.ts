import { allowanceOf } from '../allowance.ts';
import { atLayer, isKind, numberOf } from '../linted-design.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, short } from '../words.ts';

/** A penalty for fewer refusals than this empties the bucket. */
const FEW = 3;

export const penaltyEmptiesBucket: Rule = {
  code: 'OC304',
  name: 'penalty-empties-bucket',
  severity: 'warning',
  about: 'One refusal, or two, cost a client its whole allowance.',
  why: 'After a refusal that it could not foresee, everything that the client sends is refused until the bucket has filled again.',
  fix: 'Lower the cost of a refusal, or raise the burst to many times it.',
  sources: ['overcontrol'],
  check({ edges }) {
    return edges.flatMap(({ layers }) =>
      layers.flatMap((layer): Finding[] => {
        const allowance = isKind(layer, 'rateLimiter') ? allowanceOf(layer) : undefined;
        const cost = numberOf(layer, 'refusalCost') ?? 0;
        if (allowance === undefined || cost === 0 || allowance.burst >= FEW * (cost + 1)) return [];
        const refusals = -Math.floor(-allowance.burst / (cost + 1));
        const message = `${named(layer)} holds ${short(allowance.burst)}, and a request that is refused takes ${short(cost + 1)}: ${refusals === 1 ? 'one refusal empties' : `${refusals} refusals empty`} it`;
        return [atLayer(layer, ['refusalCost'], message)];
      }),
    );
  },
};
