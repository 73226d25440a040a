import { atLayer, isKind, numberOf } from '../linted-design.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, percent } from '../words.ts';

/** From this share of the hosts on, those that are left get twice the load and more. */
const HALF = 0.5;

export const ejectsEverything: Rule = {
  code: 'OC308',
  name: 'ejects-everything',
  severity: 'warning',
  about: 'Outlier detection may eject more than half of the hosts, and no panic threshold stops it.',
  why: 'What is wrong with all of them (a slow dependency, a bad minute) ejects one after the other. Those that are left fail for having too much.',
  fix: 'Lower `maxEjectionPercent`, or set a panic threshold, below which ejections are ignored.',
  sources: ['Envoy healthy_panic_threshold; Istio sets minHealthPercent 0 wherever outlierDetection is configured'],
  check({ edges }) {
    return edges.flatMap(({ layers, to }) =>
      layers.flatMap((layer): Finding[] => {
        if (!isKind(layer, 'loadBalancer')) return [];
        const most = numberOf(layer, 'outlierDetection.maxEjectionPercent') ?? 0;
        if (most <= HALF || numberOf(layer, 'panicThreshold') !== 0) return [];
        const message = `${named(layer)} may eject ${percent(most)} of \`${to}\`, and with a panic threshold of 0 % it never thinks better of it`;
        return [atLayer(layer, ['outlierDetection', 'maxEjectionPercent'], message)];
      }),
    );
  },
};
