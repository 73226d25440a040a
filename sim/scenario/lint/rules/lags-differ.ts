import type { LintedDesign, LintedLayer } from '../linted-design.ts';
import { atLayer, configOf, isKind } from '../linted-design.ts';
import type { Rule } from '../rule.ts';
import { lagOf } from '../staleness.ts';
import { named, time } from '../words.ts';

export const lagsDiffer: Rule = {
  code: 'OC202',
  name: 'lags-differ',
  severity: 'warning',
  about: 'Two layers act on the same thing, and see it at different ages.',
  why: 'They decide for the same requests on different pasts, so that one selects what the other refuses, or adds what the other takes away.',
  fix: 'Let them see the same thing at the same age (one source, one lag), or let one of them decide.',
  sources: ['overcontrol'],
  check(design) {
    return groupsOf(design).flatMap(({ what, layers }) => {
      const [first, ...others] = layers.toSorted((a, b) => lagOf(a) - lagOf(b));
      return others
        .filter((layer) => lagOf(layer) !== lagOf(first))
        .map((layer) => {
          const message = `${named(first)} and ${named(layer)} both act on ${what}: one sees ${past(first)}, the other ${past(layer)}`;
          return atLayer(layer, ['metrics', 'lag'], message, [first]);
        });
    });
  },
};

function past(layer: LintedLayer): string {
  const lag = lagOf(layer);
  return lag === 0 ? 'it live' : `what was so ${time(lag)} ago`;
}

interface Group {
  readonly what: string;
  readonly layers: readonly LintedLayer[];
}

/** Layers that act on one thing: the instances of an edge, the results of its service, the replicas of a service. */
function groupsOf({ edges, autoscalers, world }: LintedDesign): Group[] {
  const groups: Group[] = [];
  for (const { layers, to } of edges) {
    groups.push({ what: `the instances of \`${to}\``, layers: layers.filter(decidesOnInstances) });
    groups.push({ what: `the results of \`${to}\``, layers: layers.filter(decidesOnService) });
  }
  for (const { name } of world.services) {
    const layers = autoscalers.filter((layer) => configOf(layer, 'service') === name);
    groups.push({ what: `the replicas of \`${name}\``, layers });
  }
  return groups.filter(({ layers }) => layers.length > 1);
}

function decidesOnInstances(layer: LintedLayer): boolean {
  if (isKind(layer, 'loadBalancer')) return !['random', 'roundRobin'].includes(layer.spec.policy);
  return isKind(layer, 'circuitBreaker') && configOf(layer, 'key') === 'instance';
}

function decidesOnService(layer: LintedLayer): boolean {
  return isKind(layer, 'circuitBreaker') && configOf(layer, 'key') === 'service';
}
