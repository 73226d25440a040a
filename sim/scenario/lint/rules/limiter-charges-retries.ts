import { atLayer, configOf, isKind } from '../linted-design.ts';
import type { LintedLayer } from '../linted-design.ts';
import { attemptsOf, retryingLayers, times } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named } from '../words.ts';

export const limiterChargesRetries: Rule = {
  code: 'OC110',
  name: 'limiter-charges-retries',
  severity: 'warning',
  about: 'A quota counts the tries of a layer outside of it as if each were a request of the client.',
  why: 'When anything inside fails, the retries use up the quota of clients who did nothing, and their next requests are refused.',
  fix: 'Put the limiter outside of the retries, so that each request is charged once.',
  sources: ['overcontrol'],
  check({ edges }) {
    return edges.flatMap(({ layers }) =>
      layers.flatMap((layer, i): Finding[] => {
        if (!isKind(layer, 'rateLimiter') || configOf(layer, 'purpose') !== 'quota') return [];
        const outer = retryingLayers(layers.slice(0, i));
        if (outer.length === 0) return [];
        return [
          atLayer(layer, [], `${named(layer)} is a quota, and is charged for every try of ${namesOf(outer)}`, outer),
        ];
      }),
    );
  },
};

function namesOf(layers: readonly LintedLayer[]): string {
  return layers.map((layer) => `${named(layer)} (${times(attemptsOf(layer.retry!))})`).join(' and ');
}
