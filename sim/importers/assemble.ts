import { z } from 'zod';
import type { Registry } from '../controllers/registry.ts';
import { layerSchema } from '../scenario/layers.ts';
import type { Draft, DraftLayer, Settings, Warning } from './draft.ts';
import type { Source } from './manifest.ts';

/** A layer as the scenario will have it: under its name, on its edge. */
export interface PlacedLayer {
  readonly name: string;
  readonly kind: string;
  readonly policy: string;
  readonly settings: Settings;
  readonly comment?: string;
}

/** An edge: one route, its own traffic, and the stack on the way. */
export interface PlacedEdge {
  readonly traffic: string;
  readonly service: string;
  readonly layers: readonly PlacedLayer[];
}

export interface Assembly {
  readonly services: ReadonlyMap<string, Settings>;
  readonly edges: readonly PlacedEdge[];
  readonly autoscalers: readonly PlacedLayer[];
  /** Values that a scenario cannot hold. */
  readonly warnings: readonly Warning[];
}

/** Puts together what the manifests say of each service: a stack for each route to it. */
export function assemble(draft: Draft, registry: Registry): Assembly {
  const warnings: Warning[] = [];
  const names = new Set<string>(draft.services.keys());
  const unique = (wanted: string): string => {
    let name = wanted;
    for (let i = 2; names.has(name); i++) name = `${wanted}-${i}`;
    names.add(name);
    return name;
  };
  const edges = [...draft.services.keys()].flatMap((service) => {
    const named = [...draft.routes].filter(([, to]) => to === service).map(([name]) => name);
    const routes: (string | null)[] = named.length === 0 ? [null] : named;
    return routes.map((route): PlacedEdge => {
      const traffic = unique(route ?? `${service}-clients`);
      const owner = routes.length === 1 ? service : traffic;
      const layers = stackOf(service, route, draft).map((layer) => ({
        ...layer,
        name: unique(`${owner}-${layer.role}`),
        settings: usable(layer, layer.settings, registry, warnings),
      }));
      return { traffic, service, layers };
    });
  });
  const autoscalers = draft.autoscalers.map(({ service, policy, settings }) => {
    const all: Settings = new Map([['service', { value: service, from: null, comment: '' }], ...settings]);
    const kind = 'autoscaler';
    return {
      name: unique(`${service}-${policy}`),
      kind,
      policy,
      settings: usable({ kind, policy }, all, registry, warnings),
    };
  });
  return { services: draft.services, edges, autoscalers, warnings };
}

/** The layers of one route, outermost first: its own, over what holds for every route of the service. */
function stackOf(service: string, route: string | null, draft: Draft): DraftLayer[] {
  const here = draft.layers.filter((layer) => layer.service === service);
  const own = here.filter((layer) => layer.route === route && route !== null);
  const shared = here.filter((layer) => layer.route === null);
  const isSame = (a: DraftLayer, b: DraftLayer): boolean => a.role === b.role && a.policy === b.policy;
  const merged = own.map((layer) => {
    const base = shared.find((one) => isSame(one, layer));
    return base === undefined ? layer : { ...layer, settings: new Map([...base.settings, ...layer.settings]) };
  });
  const inherited = shared.filter((layer) => !own.some((one) => isSame(one, layer)));
  return [...merged, ...inherited].toSorted((a, b) => a.rank - b.rank);
}

/** The settings without those that their policy does not take, each of which is told of. */
function usable(
  layer: Pick<DraftLayer, 'kind' | 'policy'>,
  settings: Settings,
  registry: Registry,
  warnings: Warning[],
): Settings {
  let kept = settings;
  for (;;) {
    const refused = refusedOf(layer, kept, registry);
    if (refused.size === 0) return kept;
    for (const [path, why] of refused) {
      const { value, from } = kept.get(path)!;
      const source: Source = from ?? { file: '', line: 0, path };
      warnings.push({
        source,
        message: `${JSON.stringify(value)} cannot be \`${path}\` of \`${layer.policy}\`: ${why}`,
      });
    }
    kept = new Map([...kept].filter(([path]) => !refused.has(path)));
  }
}

/** Settings that a policy refuses, and why: by themselves, or as they stand to each other. */
function refusedOf(
  { kind, policy }: Pick<DraftLayer, 'kind' | 'policy'>,
  settings: Settings,
  registry: Registry,
): Map<string, string> {
  const definition = registry.policy(kind, policy)!;
  const schema = layerSchema(registry.kinds.get(kind)!, definition);
  const parsed = schema.safeParse({ name: 'checked', kind, policy, ...nested(settings) });
  const refused = new Map<string, string>();
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      for (const wrong of pathsOf(issue)) {
        const path = [...settings.keys()].find((one) => one === wrong || wrong.startsWith(`${one}.`));
        if (path !== undefined) refused.set(path, issue.message);
      }
    }
    return refused;
  }
  const why = definition.check?.(parsed.data as never);
  if (why === undefined) return refused;
  const named = [...settings.keys()].filter((path) => why.includes(path) && settings.get(path)!.from !== null);
  for (const path of named) refused.set(path, why);
  return refused;
}

function pathsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key].join('.'));
  return [path.join('.')];
}

/** Dotted settings as a tree. */
export function nested(settings: Settings): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [path, { value }] of settings) {
    const steps = path.split('.');
    let at = tree;
    for (const step of steps.slice(0, -1)) {
      at[step] ??= {};
      at = at[step] as Record<string, unknown>;
    }
    at[steps.at(-1)!] = value;
  }
  return tree;
}
