import type { Card } from '../controllers/definition.ts';
import type { AnyPolicyDefinition, ControllerKind, Ideals } from '../controllers/kind.ts';
import { HEALTH_CHECKS } from '../controllers/load-balancer/health-checks.ts';
import { OUTLIER_DETECTIONS } from '../controllers/load-balancer/outlier-detection.ts';
import type { Registry } from '../controllers/registry.ts';
import { LAYER_PARAMETERS, metricsSchema, PATH_PARAMETERS } from '../scenario/schema.ts';
import { nearest } from '../units/nearest.ts';
import { parameterRows } from './parameter-rows.ts';
import type { ParameterRow } from './parameter-rows.ts';

/** What is known of a kind of layer, as data. */
export interface KindEntry {
  readonly kind: string;
  readonly about: string;
  readonly place: ControllerKind['place'];
  readonly card: Card;
  readonly ideals: Ideals;
  readonly defaultPolicy: string;
  readonly policies: readonly { readonly name: string; readonly about: string; readonly product: string | null }[];
  readonly parameters: readonly ParameterRow[];
  /** Parameters that every layer has. */
  readonly common: readonly ParameterRow[];
}

/** What is known of a policy, as data. */
export interface PolicyEntry {
  readonly kind: string;
  readonly policy: string;
  readonly about: string;
  readonly product: string | null;
  /** Whether a layer has it where its scenario names none. */
  readonly isDefault: boolean;
  readonly card: Card;
  readonly ideals: Ideals;
  readonly parameters: readonly ParameterRow[];
  /** Parameters that every layer of its kind has. */
  readonly ofKind: readonly ParameterRow[];
  readonly knownToGetWrong: readonly string[];
  readonly sources: readonly string[];
}

export type Entry = KindEntry | PolicyEntry;

/** What bears a name, one thing or several; or the nearest name that something bears. */
export type Found = { readonly entries: readonly Entry[] } | { readonly hint: string | undefined };

/** By kind and parameter: the policies that are inside of its policies, such as a load balancer's outlier detections. */
const INSIDE: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Described>>>>>> = {
  loadBalancer: { outlierDetection: OUTLIER_DETECTIONS, healthCheck: HEALTH_CHECKS },
};

/** Every policy by its full name: `rateLimiter/tokenBucket`, `loadBalancer/outlierDetection/envoy`. */
export function policyNames(registry: Registry): string[] {
  return [...registry.kinds.values()].flatMap(({ name, policies }) => [
    ...policies.map((policy) => `${name}/${policy.name}`),
    ...Object.entries(INSIDE[name] ?? {}).flatMap(([parameter, inside]) =>
      Object.keys(inside).map((one) => `${name}/${parameter}/${one}`),
    ),
  ]);
}

/** Finds a kind (`rateLimiter`), a policy (`tokenBucket`), or a policy of a kind (`rateLimiter/tokenBucket`). */
export function findEntry(registry: Registry, wanted: string): Found {
  const kind = registry.kinds.get(wanted);
  if (kind !== undefined) return { entries: [kindEntry(kind)] };
  const names = policyNames(registry);
  const found = names.filter((name) => name === wanted || name.endsWith(`/${wanted}`));
  if (found.length > 0) return { entries: found.map((full) => policyEntry(registry, full)) };
  const short = names.map((name) => name.split('/').at(-1)!);
  return { hint: nearest(wanted, wanted.includes('/') ? names : [...registry.kinds.keys(), ...short]) };
}

export function kindEntry(kind: ControllerKind): KindEntry {
  const { name, about, place, card, ideals, defaultPolicy, policies, parameters } = kind;
  return {
    kind: name,
    about,
    place,
    card,
    ideals,
    defaultPolicy,
    policies: policies.map((policy) => ({ name: policy.name, about: policy.about, product: policy.product ?? null })),
    parameters: parameterRows(parameters),
    common: parameterRows({
      ...LAYER_PARAMETERS,
      ...(kind.place === 'path' ? PATH_PARAMETERS : {}),
      metrics: metricsSchema.optional(),
    }),
  };
}

/** @param fullName one of `policyNames` */
export function policyEntry(registry: Registry, fullName: string): PolicyEntry {
  const steps = fullName.split('/');
  const kind = registry.kinds.get(steps[0])!;
  const { product, ...policy } = definitionOf(registry, steps);
  const inside = steps.length > 2;
  return {
    kind: kind.name,
    policy: steps.slice(1).join('/'),
    about: policy.about,
    product: product ?? null,
    isDefault: !inside && policy.name === kind.defaultPolicy,
    card: kind.card,
    ideals: kind.ideals,
    parameters: parameterRows(policy.parameters),
    ofKind: inside ? [] : parameterRows(kind.parameters),
    knownToGetWrong: policy.knownToGetWrong,
    sources: policy.sources,
  };
}

/** What a policy and one inside of it have in common. */
type Described = Pick<AnyPolicyDefinition, 'name' | 'about' | 'product' | 'parameters' | 'knownToGetWrong' | 'sources'>;

function definitionOf(registry: Registry, [kind, ...rest]: readonly string[]): Described {
  if (rest.length === 1) return registry.policy(kind, rest[0])!;
  return INSIDE[kind][rest[0]][rest[1]];
}
