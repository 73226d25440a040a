import type { LayerSpec } from '../../controllers/kind.ts';
import type { Registry } from '../../controllers/registry.ts';
import type { DesignSpec } from '../../scenario/scenario.ts';
import { layerSettings } from './settings.ts';

/** One difference between two designs, or two worlds. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'moved' | 'changed';
  /** The layer, or a setting of it: `breaker`, `breaker.waitOpen`; of a world such as `world.services.api.concurrency`. */
  readonly path: string;
  /** Null where it was not there, or is not there any more. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What must be done to the first design to make it the second, layer by layer in the second's order. */
export function designChanges(
  before: DesignSpec,
  after: DesignSpec,
  registries: readonly [Registry, Registry],
): Change[] {
  const old = placesOf(before);
  const now = placesOf(after);
  const removed = [...old].filter(([name]) => !now.has(name));
  const moved = movedLayers(before, after);
  return [
    ...removed.map(([path, { where }]): Change => ({ kind: 'removed', path, before: where, after: null })),
    ...[...now].flatMap(([path, place]): Change[] => {
      const was = old.get(path);
      if (was === undefined)
        return [{ kind: 'added', path, before: null, after: place.where }, ...settingsOf(place.spec, registries[1])];
      const move: Change[] = moved.has(path) ? [{ kind: 'moved', path, before: was.where, after: place.where }] : [];
      const settings = settingChanges(
        path,
        layerSettings(was.spec, registries[0]),
        layerSettings(place.spec, registries[1]),
      );
      return [...move, ...settings];
    }),
  ];
}

/** What differs between settings by path. */
export function settingChanges(
  layer: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Change[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].flatMap((setting): Change[] => {
    const was = before.get(setting) ?? null;
    const is = after.get(setting) ?? null;
    if (was === is) return [];
    const kind = was === null ? 'added' : is === null ? 'removed' : 'changed';
    return [{ kind, path: layer === '' ? setting : `${layer}.${setting}`, before: was, after: is }];
  });
}

function settingsOf(spec: LayerSpec, registry: Registry): Change[] {
  return settingChanges(spec.name, new Map(), layerSettings(spec, registry));
}

interface Placed {
  readonly spec: LayerSpec;
  /** The edge, and what stands around it. */
  readonly where: string;
}

function placesOf({ edges, autoscalers }: DesignSpec): Map<string, Placed> {
  const places = new Map<string, Placed>();
  for (const { from, to, layers } of edges) {
    layers.forEach((spec, i) => {
      const outer = i === 0 ? 'outermost' : `inside \`${layers[i - 1].name}\``;
      places.set(spec.name, { spec, where: `${from} > ${to}, ${outer}` });
    });
  }
  for (const spec of autoscalers) places.set(spec.name, { spec, where: 'beside the path' });
  return places;
}

/** Layers of both designs that stand on another edge, or at another place among those that have stayed where they were. */
function movedLayers(before: DesignSpec, after: DesignSpec): Set<string> {
  const old = edgesByLayer(before);
  const now = edgesByLayer(after);
  const moved = new Set(
    [...now].filter(([name, edge]) => old.has(name) && old.get(name) !== edge).map(([name]) => name),
  );
  for (const { from, to, layers } of after.edges) {
    const edge = before.edges.find((one) => one.from === from && one.to === to);
    const stayed = (one: LayerSpec): boolean => old.has(one.name) && now.has(one.name) && !moved.has(one.name);
    const was = (edge?.layers ?? []).filter(stayed).map(({ name }) => name);
    const is = layers.filter(stayed).map(({ name }) => name);
    const kept = new Set(longestCommon(was, is));
    for (const name of is) if (!kept.has(name)) moved.add(name);
  }
  return moved;
}

function edgesByLayer({ edges, autoscalers }: DesignSpec): Map<string, string> {
  return new Map([
    ...edges.flatMap(({ from, to, layers }) => layers.map(({ name }): [string, string] => [name, `${from} > ${to}`])),
    ...autoscalers.map(({ name }): [string, string] => [name, 'beside']),
  ]);
}

/** The longest list that is part of both, in order. Stacks are short. */
function longestCommon(a: readonly string[], b: readonly string[]): string[] {
  if (a.length === 0 || b.length === 0) return [];
  const [first, ...rest] = a;
  const at = b.indexOf(first);
  const without = longestCommon(rest, b);
  if (at < 0) return without;
  const withFirst = [first, ...longestCommon(rest, b.slice(at + 1))];
  return withFirst.length >= without.length ? withFirst : without;
}
