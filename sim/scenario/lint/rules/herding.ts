import type { LintedLayer } from '../linted-design.ts';
import { atLayer, configOf, isKind } from '../linted-design.ts';
import { meanServiceTime } from '../load.ts';
import type { Finding, Rule } from '../rule.ts';
import { oldestView } from '../staleness.ts';
import { named, time } from '../words.ts';

export const herding: Rule = {
  code: 'OC203',
  name: 'herding',
  severity: 'warning',
  about: 'A balancer compares all instances on a view that is older than a request takes.',
  why: 'Until the next sample everybody goes to the one instance that looked idle: beyond a few service times of age that is worse than choosing at random.',
  fix: 'Sample two instances instead of all (`choices: 2`), count own picks since the last sample (`countOwnSince: true`), or use own counts (`source: own`).',
  sources: ['Mitzenmacher, How Useful Is Old Information?, IEEE TPDS 11(1), 2000'],
  check({ edges }) {
    return edges.flatMap(({ layers, service }) =>
      layers.flatMap((layer): Finding[] => {
        if (!isKind(layer, 'loadBalancer') || !looksAtAll(layer, service.instances.initial)) return [];
        const age = oldestView(layer);
        const mean = meanServiceTime(service);
        if (age <= mean || configOf(layer, 'countOwnSince') === true) return [];
        const message = `${named(layer)} sends everything to the instance that looked best up to ${time(age)} ago; a request takes ${time(mean)}`;
        return [atLayer(layer, ['metrics'], message)];
      }),
    );
  },
};

/** Policies that look at every instance. */
const FULL_SCANS = ['lowestLatency', 'nginxLeastConn', 'haproxyLeastconn'];

function looksAtAll(layer: LintedLayer, instances: number): boolean {
  const choices = configOf(layer, 'choices');
  if (choices !== undefined) return choices === 'all' || (choices as number) >= 2 * instances;
  return FULL_SCANS.includes(layer.spec.policy) || configOf(layer, 'selectionMethod') === 'FULL_SCAN';
}
