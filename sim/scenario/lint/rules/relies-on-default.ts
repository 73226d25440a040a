import { layerSchema } from '../../layers.ts';
import { formatPath } from '../../places.ts';
import type { Path } from '../../places.ts';
import { defaultsOf } from '../defaults.ts';
import type { LintedDesign, LintedLayer } from '../linted-design.ts';
import { allLayers, atLayer } from '../linted-design.ts';
import type { Finding, Rule } from '../rule.ts';
import { named } from '../words.ts';

export const reliesOnDefault: Rule = {
  code: 'OC901',
  name: 'relies-on-default',
  severity: 'note',
  about: 'A setting that nobody has written down, with its value and where that comes from.',
  why: 'A default was chosen for somebody else, changes with a version, and is not looked at in a review. Retries that nobody asked for are the best known.',
  fix: 'Write the setting down, with the value that you mean.',
  sources: ['each default names its own'],
  check(design) {
    return allLayers(design)
      .filter((layer) => !isStandIn(layer))
      .flatMap((layer) => [...defaultPolicy(layer), ...defaultSettings(layer, design)]);
  },
};

/** The random router in the place of a balancer that a design has removed: nobody wrote it. */
function isStandIn({ spec: { name, policy } }: LintedLayer): boolean {
  return policy === 'random' && name.endsWith('-removed');
}

function defaultPolicy(layer: LintedLayer): Finding[] {
  const { policy, kind } = layer.spec;
  if (layer.written.value['policy'] !== undefined) return [];
  return [unsaid(layer, ['policy'], policy, `the default of \`${kind}\``)];
}

function defaultSettings(layer: LintedLayer, { registry }: LintedDesign): Finding[] {
  const { kind, policy } = layer.spec;
  const schema = layerSchema(registry.kinds.get(kind)!, registry.policy(kind, policy)!);
  return defaultsOf(schema, layer.written.value).map(({ path, value, source }) =>
    unsaid(layer, path, value, source === '' ? 'overcontrol' : source),
  );
}

function unsaid(layer: LintedLayer, path: Path, value: string, source: string): Finding {
  const name = formatPath(path);
  const finding = atLayer(layer, path, `${named(layer)} relies on ${name} = ${value} (${source})`);
  return { ...finding, setting: { name, value, source } };
}
