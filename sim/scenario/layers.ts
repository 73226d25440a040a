import { z } from 'zod';
import type { CopiesSpec } from '../controllers/copies.ts';
import type { AnyPolicyDefinition, ControllerKind, FallbackSpec, LayerSpec } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import type { DistributionSpec } from '../kernel/distributions/index.ts';
import { NEVER } from '../kernel/time.ts';
import { FRESH } from '../signals/metrics.ts';
import type { MetricsSpec } from '../signals/metrics.ts';
import type { Complaints } from './complaints.ts';
import { findingsOf } from './findings.ts';
import type { Finding } from './findings.ts';
import type { Path } from './places.ts';
import { describeValue, isRecord } from './plain-data.ts';
import { LAYER_PARAMETERS, metricsSchema, nameSchema, PATH_PARAMETERS } from './schema.ts';

/** A layer as it is written, and where: a design may have changed single settings, which have places of their own. */
export interface WrittenLayer {
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: Path;
  /** By the dotted path inside the layer: where a design sets it. */
  readonly setAt: ReadonlyMap<string, Path>;
  /** What is wrong with it has been complained of already. */
  readonly isBroken?: boolean;
}

const schemas = new WeakMap<ControllerKind, Map<AnyPolicyDefinition, z.ZodObject>>();

/** The whole schema of a layer of one kind and policy; made once. */
export function layerSchema(kind: ControllerKind, policy: AnyPolicyDefinition): z.ZodObject {
  const ofKind = schemas.get(kind) ?? new Map<AnyPolicyDefinition, z.ZodObject>();
  schemas.set(kind, ofKind);
  const schema = ofKind.get(policy) ?? makeSchema(kind, policy);
  ofKind.set(policy, schema);
  return schema;
}

function makeSchema(kind: ControllerKind, policy: AnyPolicyDefinition): z.ZodObject {
  return z.strictObject({
    name: nameSchema.describe('Unique over all edges.'),
    kind: z.literal(kind.name),
    policy: z.literal(policy.name).optional(),
    ...LAYER_PARAMETERS,
    ...(kind.place === 'path' ? PATH_PARAMETERS : {}),
    source: z
      .enum(['own', 'reported'])
      .optional()
      .describe(
        'What it decides on: what passes through it, live, or what is reported to it. `metrics` implies reported.',
      ),
    metrics: metricsSchema.optional(),
    ...kind.parameters,
    ...policy.parameters,
  });
}

/** Reads one layer; undefined, with a complaint, if it cannot be. */
export function readLayer(
  written: WrittenLayer,
  place: ControllerKind['place'],
  registry: Registry,
  complaints: Complaints,
): LayerSpec | undefined {
  if (written.isBroken === true) return undefined;
  const kind = kindOf(written, place, registry, complaints);
  if (kind === undefined) return undefined;
  const policy = policyOf(written, kind, registry, complaints);
  if (policy === undefined) return undefined;
  const schema = layerSchema(kind, policy);
  const value = withoutStrangers(written, kind, policy);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    for (const finding of findingsOf(parsed.error, schema, value)) {
      const { path, message, ...details } = ofOtherPolicy(finding, kind, policy);
      complaints.at(placeIn(written, path), message, details);
    }
    return undefined;
  }
  const config = parsed.data;
  const wrong = policy.check?.(config as never);
  if (wrong !== undefined) complaints.at(placeIn(written, namedIn(wrong, written)), wrong);
  if (config['source'] === 'own' && config['metrics'] !== undefined) {
    const message = 'a layer whose source is `own` sees what passes through it, live: no metrics';
    complaints.at(placeIn(written, ['metrics']), message);
  }
  return specOf(kind, policy, config);
}

function specOf(kind: ControllerKind, policy: AnyPolicyDefinition, config: Record<string, unknown>): LayerSpec {
  const { name, mode, propagateCause, source, kind: _kind, policy: _policy, metrics, ...more } = config;
  const { reconcile, copies, overhead, whenDown, fallback, ...rest } = more;
  return {
    name: name as string,
    kind: kind.name,
    policy: policy.name,
    shadow: mode === 'shadow',
    propagateCause: propagateCause as boolean,
    source: (source as 'own' | 'reported' | undefined) ?? (metrics === undefined ? 'own' : 'reported'),
    metrics: readMetrics(metrics),
    idealised: { latency: false, leak: false, drift: false },
    copies: (copies as CopiesSpec | undefined) ?? 'shared',
    overhead: (overhead as DistributionSpec | undefined) ?? null,
    whenDown: (whenDown as LayerSpec['whenDown'] | undefined) ?? 'pass',
    reconcile: (reconcile as number | undefined) ?? NEVER,
    fallback: (fallback as FallbackSpec | undefined) ?? null,
    config: rest,
  };
}

/** Where something inside a layer is written: in the layer, or in the design that sets it. */
export function placeIn({ path, setAt }: WrittenLayer, inner: Path): Path {
  for (let length = inner.length; length > 0; length--) {
    const setting = setAt.get(inner.slice(0, length).join('.'));
    if (setting !== undefined) return setting;
  }
  // A setting may have made the map that something is missing in, or chosen the policy that does not know a field.
  const below = [...setAt].find(([setting]) => inner.length > 0 && setting.startsWith(`${inner.join('.')}.`));
  return below?.[1] ?? setAt.get('policy') ?? setAt.get('kind') ?? [...path, ...inner];
}

/** Where a message about several parameters stands: at one that it names, rather where a design sets it. */
function namedIn(message: string, { value, setAt }: WrittenLayer): Path {
  const words = new Set(message.split(/[^\w.]+/).flatMap((word) => word.split('.')));
  const settings = [...setAt.keys()].map((setting) => setting.split('.'));
  const set = settings.find((steps) => steps.some((step) => words.has(step))) ?? settings.at(-1);
  if (set !== undefined) return set;
  const named = [...words].find((word) => Object.hasOwn(value, word));
  return named === undefined ? [] : [named];
}

/**
 * A layer without what was set for all designs at once, by `--set` or an edit, and means nothing to the policy that this
 * design gives it.
 */
function withoutStrangers(
  { value, setAt }: WrittenLayer,
  kind: ControllerKind,
  policy: AnyPolicyDefinition,
): Readonly<Record<string, unknown>> {
  const chosenBy = setAt.get('policy');
  if (chosenBy === undefined) return value;
  const isStranger = (field: string): boolean => {
    const setBy = setAt.get(field);
    if (setBy === undefined || setBy.length >= chosenBy.length) return false;
    return !Object.hasOwn(policy.parameters, field) && ownersOf(field, kind).length > 0;
  };
  return Object.fromEntries(Object.entries(value).filter(([field]) => !isStranger(field)));
}

/** The policies of a kind that have a parameter. */
function ownersOf(field: string, kind: ControllerKind): string[] {
  return kind.policies.filter(({ parameters }) => Object.hasOwn(parameters, field)).map(({ name }) => name);
}

/** Says of an unknown field which policies of the kind have it, unless a known one is near. */
function ofOtherPolicy(finding: Finding, kind: ControllerKind, policy: AnyPolicyDefinition): Finding {
  const { path, message, hint } = finding;
  if (hint !== undefined || path.length !== 1 || !message.startsWith('unknown field')) return finding;
  const field = String(path[0]);
  const owners = ownersOf(field, kind);
  if (owners.length === 0) return finding;
  return { ...finding, message: `\`${policy.name}\` has no \`${field}\`; a parameter of ${owners.join(', ')}` };
}

function kindOf(
  written: WrittenLayer,
  place: ControllerKind['place'],
  registry: Registry,
  complaints: Complaints,
): ControllerKind | undefined {
  const fitting = [...registry.kinds.values()].filter((kind) => kind.place === place).map(({ name }) => name);
  const named = written.value['kind'];
  if (named === undefined) {
    complaints.at(written.path, `\`kind\` is missing (expected one of ${fitting.join(', ')})`, { key: true });
    return undefined;
  }
  const at = placeIn(written, ['kind']);
  const kind = typeof named === 'string' ? registry.kinds.get(named) : undefined;
  if (kind?.place === place) return kind;
  if (kind !== undefined) {
    const where = kind.place === 'beside' ? 'under `autoscalers`' : 'in the `layers` of an edge';
    complaints.at(at, `\`${kind.name}\` belongs ${where}`);
  } else if (typeof named === 'string') {
    unknownKind(named, fitting, registry, complaints, at);
  } else {
    complaints.at(at, `expected one of ${fitting.join(', ')}`, { found: describeValue(named) });
  }
  return undefined;
}

function unknownKind(
  named: string,
  fitting: readonly string[],
  registry: Registry,
  complaints: Complaints,
  at: Path,
): void {
  const [owner] = registry.kindsWith(named);
  if (owner === undefined) complaints.unknown(at, 'kind', named, fitting);
  else complaints.at(at, `\`${named}\` is a policy: write \`kind: ${owner.name}, policy: ${named}\``);
}

function policyOf(
  written: WrittenLayer,
  kind: ControllerKind,
  registry: Registry,
  complaints: Complaints,
): AnyPolicyDefinition | undefined {
  const named = written.value['policy'] === undefined ? kind.defaultPolicy : written.value['policy'];
  const policy = typeof named === 'string' ? registry.policy(kind.name, named) : undefined;
  if (policy !== undefined) return policy;
  const at = placeIn(written, ['policy']);
  const policies = kind.policies.map(({ name }) => name);
  if (typeof named !== 'string') {
    complaints.at(at, `expected one of ${policies.join(', ')}`, { found: describeValue(named) });
    return undefined;
  }
  const owners = registry.kindsWith(named).map(({ name }) => `\`${name}\``);
  if (owners.length === 0) complaints.unknown(at, `policy of ${kind.name}`, named, policies);
  else complaints.at(at, `\`${named}\` is not a policy of \`${kind.name}\`, but of ${owners.join(' and ')}`);
  return undefined;
}

function readMetrics(written: unknown): MetricsSpec {
  if (!isRecord(written)) return FRESH;
  const { offset, maxAge, ...rest } = written;
  return {
    ...FRESH,
    ...rest,
    offset: (offset as number | undefined) ?? null,
    maxAge: (maxAge as number | undefined) ?? NEVER,
  };
}
