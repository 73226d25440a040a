import type { LayerSpec } from '../controllers/kind.ts';
import { LOAD_BALANCER_OF_LAST_RESORT } from '../controllers/load-balancer/index.ts';
import type { Registry } from '../controllers/registry.ts';
import { nearest } from '../units/nearest.ts';
import { Complaints } from './complaints.ts';
import { readLayer } from './layers.ts';
import type { DesignSpec } from './scenario.ts';
import { layerNames } from './scenario.ts';
import type { Problem } from './scenario-error.ts';
import { ScenarioError } from './scenario-error.ts';

/** Which layers and autoscalers a question that is asked once keeps, or leaves out. */
export type Reduction = { readonly only: readonly string[] } | { readonly without: readonly string[] };

/**
 * A design that no scenario lists: another, with layers left out. As in a scenario, the random router takes the place of
 * a balancer that other layers stand inside of. Throws `ScenarioError` if it names a layer that the design has not.
 */
export function reduceDesign(base: DesignSpec, reduction: Reduction, registry: Registry): DesignSpec {
  const names = layerNames(base);
  const [option, wanted] =
    'only' in reduction ? (['--only', reduction.only] as const) : (['--without', reduction.without] as const);
  const problems = wanted.filter((name) => !names.includes(name)).map((name) => unknownLayer(option, name, base));
  if (problems.length > 0) throw new ScenarioError(problems);
  const gone = (name: string): boolean => wanted.includes(name) !== (option === '--only');
  return {
    name: option === '--only' ? `${base.name}, only ${wanted.join(' ')}` : `${base.name} without ${wanted.join(' ')}`,
    about: '',
    edges: base.edges.map((edge) => ({ ...edge, layers: keepLayers(edge.layers, gone, registry) })),
    autoscalers: base.autoscalers.filter(({ name }) => !gone(name)),
    without: [...base.without, ...names.filter(gone)],
    settings: base.settings,
    pushes: base.pushes,
  };
}

function unknownLayer(option: string, name: string, base: DesignSpec): Problem {
  const names = layerNames(base);
  const hint = nearest(name, names);
  const known = hint === undefined ? ` (known: ${names.join(', ') || 'none'})` : '';
  const message = `\`${base.name}\` has no layer \`${name}\`${known}`;
  return { file: option, line: 0, column: 0, path: '', message, ...(hint === undefined ? {} : { hint }) };
}

function keepLayers(layers: readonly LayerSpec[], gone: (name: string) => boolean, registry: Registry): LayerSpec[] {
  return layers.flatMap((layer, i) => {
    if (!gone(layer.name)) return [layer];
    const isNeeded = selectsInstance(layer, registry) && layers.slice(i + 1).some(({ name }) => !gone(name));
    return isNeeded ? [randomRouter(`${layer.name}-removed`, registry)] : [];
  });
}

function selectsInstance(layer: LayerSpec, registry: Registry): boolean {
  const kind = registry.kinds.get(layer.kind);
  return kind?.place === 'path' && kind.selects(layer);
}

/** The random router as a layer, for layers inside it that decide once the instance is chosen. */
export function randomRouter(name: string, registry: Registry): LayerSpec {
  const value = { ...LOAD_BALANCER_OF_LAST_RESORT, name: 'router' };
  const router = readLayer({ value, path: [], setAt: new Map() }, 'path', registry, new Complaints(''))!;
  return { ...router, name };
}
