import { atLayer, configOf, isKind, numberOf } from '../linted-design.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, percent } from '../words.ts';

export const ejectsNothing: Rule = {
  code: 'OC307',
  name: 'ejects-nothing',
  severity: 'warning',
  about: 'Outlier detection whose share of ejected hosts rounds to none, in a pool of this size.',
  why: 'Since Envoy 1.31 an ejection must keep within the share with the host itself counted in: 10 % of fewer than 10 hosts is no host at all.',
  fix: 'Raise `maxEjectionPercent` to at least one host, or set `alwaysEjectOneHost: true`.',
  sources: [
    'envoyproxy/envoy source/common/upstream/outlier_detection_impl.cc; its documentation of max_ejection_percent',
  ],
  check({ edges }) {
    return edges.flatMap(({ layers, service }) =>
      layers.flatMap((layer): Finding[] => {
        if (!isKind(layer, 'loadBalancer') || configOf(layer, 'outlierDetection.policy') !== 'envoy') return [];
        const most = numberOf(layer, 'outlierDetection.maxEjectionPercent')!;
        const hosts = service.instances.max;
        const strict = configOf(layer, 'outlierDetection.ejectionPercentRule') === 'strict';
        if (!strict || configOf(layer, 'outlierDetection.alwaysEjectOneHost') === true || most * hosts >= 1) return [];
        const message = `${named(layer)} may eject ${percent(most)} of the hosts, but \`${service.name}\` has at most ${hosts}, and one is ${percent(1 / hosts)}: it never ejects any`;
        return [atLayer(layer, ['outlierDetection', 'maxEjectionPercent'], message)];
      }),
    );
  },
};
