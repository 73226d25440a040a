import { z } from 'zod';
import type { AnyPolicyDefinition, ControllerKind, LayerSpec } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { FRESH } from '../signals/metrics.ts';
import type { MetricsSpec } from '../signals/metrics.ts';
import type { Complaints } from './complaints.ts';
import { isRecord } from './document.ts';
import type { Path } from './document.ts';
import { LAYER_PARAMETERS, metricsSchema } from './schema.ts';

/** A layer as it is written, and where: a design may have changed single settings, which have places of their own. */
export interface WrittenLayer {
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: Path;
  /** By the dotted path inside the layer: where a design sets it. */
  readonly setAt: ReadonlyMap<string, Path>;
}

const layerName = z
  .string({ error: 'expected a name' })
  .regex(/^[A-Za-z][\w-]*$/, 'expected a name of letters, digits, - and _, beginning with a letter');

/** The whole schema of a layer of one kind and policy. */
export function layerSchema(kind: ControllerKind, policy: AnyPolicyDefinition): z.ZodObject {
  return z.strictObject({
    name: layerName.describe('Unique over all edges.'),
    kind: z.literal(kind.name),
    policy: z.literal(policy.name).optional(),
    ...LAYER_PARAMETERS,
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
  const { path, value } = written;
  const kind = kindOf(written, place, registry, complaints);
  if (kind === undefined) return undefined;
  const policy = policyOf(written, kind, registry, complaints);
  if (policy === undefined) return undefined;
  const schema = layerSchema(kind, policy);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    complainAt(written, complaints, parsed.error, schema);
    return undefined;
  }
  const config = parsed.data;
  const wrong = policy.check?.(config as never);
  if (wrong !== undefined) complaints.at(path, wrong);
  const metrics = readMetrics(config['metrics']);
  if (config['source'] === 'own' && config['metrics'] !== undefined) {
    complaints.at([...path, 'metrics'], 'a layer whose source is `own` sees what passes through it, live: no metrics');
  }
  const { name, mode, propagateCause, source, ...rest } = config;
  for (const key of ['kind', 'policy', 'metrics']) delete rest[key];
  return {
    name: name as string,
    kind: kind.name,
    policy: policy.name,
    shadow: mode === 'shadow',
    propagateCause: propagateCause as boolean,
    source: (source as 'own' | 'reported' | undefined) ?? (config['metrics'] === undefined ? 'own' : 'reported'),
    metrics,
    idealised: { leak: false, drift: false },
    copies: 'shared',
    overhead: null,
    whenDown: 'pass',
    reconcile: Infinity,
    fallback: null,
    config: rest,
  };
}

function kindOf(
  { path, value }: WrittenLayer,
  place: ControllerKind['place'],
  registry: Registry,
  complaints: Complaints,
): ControllerKind | undefined {
  const fitting = [...registry.kinds.values()].filter((kind) => kind.place === place).map(({ name }) => name);
  const written = value['kind'];
  if (typeof written !== 'string') {
    complaints.at(path, `\`kind\` is missing: one of ${fitting.join(', ')}`);
    return undefined;
  }
  const kind = registry.kinds.get(written);
  if (kind === undefined) {
    complaints.unknown([...path, 'kind'], 'kind', written, fitting);
    return undefined;
  }
  if (kind.place !== place) {
    const where = kind.place === 'beside' ? 'under `autoscalers`' : 'in the `layers` of an edge';
    complaints.at([...path, 'kind'], `\`${written}\` belongs ${where}`);
    return undefined;
  }
  return kind;
}

function policyOf(
  { path, value }: WrittenLayer,
  kind: ControllerKind,
  registry: Registry,
  complaints: Complaints,
): AnyPolicyDefinition | undefined {
  const written = value['policy'] ?? kind.defaultPolicy;
  const policy = typeof written === 'string' ? registry.policy(kind.name, written) : undefined;
  if (policy !== undefined) return policy;
  const at = [...path, 'policy'];
  const others = registry.kindsWith(String(written)).map(({ name }) => `\`${name}\``);
  if (others.length > 0) {
    complaints.at(at, `\`${String(written)}\` is not a policy of \`${kind.name}\`, but of ${others.join(' and ')}`);
  } else {
    complaints.unknown(
      at,
      `policy of ${kind.name}`,
      String(written),
      kind.policies.map(({ name }) => name),
    );
  }
  return undefined;
}

/** Complaints of settings that a design has made stand where the design makes them. */
function complainAt(written: WrittenLayer, complaints: Complaints, error: z.ZodError, schema: z.ZodObject): void {
  for (const issue of error.issues) {
    const dotted = issue.path.map(String);
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const candidates = [...keys.map((key) => [...dotted, key].join('.')), dotted.join('.'), ...prefixesOf(dotted)];
    const setPath = candidates.map((candidate) => written.setAt.get(candidate)).find((found) => found !== undefined);
    if (setPath !== undefined) {
      complaints.at(setPath, issue.message, { key: true });
      continue;
    }
    complaints.fromZod(new z.ZodError([issue]), schema, written.value, written.path);
  }
}

function prefixesOf(path: readonly string[]): string[] {
  return path.map((_, i) => path.slice(0, i + 1).join('.')).reverse();
}

function readMetrics(written: unknown): MetricsSpec {
  if (!isRecord(written)) return FRESH;
  return { ...FRESH, ...written, offset: (written['offset'] as number | undefined) ?? null };
}
