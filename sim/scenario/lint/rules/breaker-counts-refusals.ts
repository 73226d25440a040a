import { atLayer, configOf, firstWritten, isKind } from '../linted-design.ts';
import { blindRefusers } from '../refusers.ts';
import type { Finding, Rule } from '../rule.ts';
import { named } from '../words.ts';

export const breakerCountsRefusals: Rule = {
  code: 'OC302',
  name: 'breaker-counts-refusals',
  severity: 'warning',
  about: 'A breaker counts refusals of a layer inside of it as failures of the service.',
  why: 'It cannot tell them apart. It opens because the other one did, and stays open after it: refusals feed on each other while the service is well.',
  fix: 'Set `propagateCause: true` on the layer inside, so that its refusals are seen for what they are; or do not count that kind.',
  sources: ['overcontrol; Envoy marks its own refusals with response flags and x-envoy-overloaded'],
  check({ edges }) {
    return edges.flatMap(({ layers }) =>
      layers.flatMap((layer, i): Finding[] => {
        if (!isKind(layer, 'circuitBreaker')) return [];
        const counted = blindRefusers(layers.slice(i + 1)).filter((inner) =>
          isKind(inner, 'circuitBreaker')
            ? configOf(layer, 'countRefusals') === true
            : configOf(layer, 'countLimited') === true,
        );
        return counted.map((inner) => {
          const parameter = isKind(inner, 'circuitBreaker') ? 'countRefusals' : 'countLimited';
          const message = `${named(layer)} takes the refusals of ${named(inner)} for failures: it cannot see who refused`;
          return atLayer(layer, firstWritten(layer, parameter), message, [inner]);
        });
      }),
    );
  },
};
