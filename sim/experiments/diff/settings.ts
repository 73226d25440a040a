import { z } from 'zod';
import type { LayerSpec } from '../../controllers/kind.ts';
import { parameterMeta } from '../../controllers/parameters.ts';
import type { ParameterMeta } from '../../controllers/parameters.ts';
import type { Registry } from '../../controllers/registry.ts';
import { layerSchema } from '../../scenario/layers.ts';
import { isRecord } from '../../scenario/plain-data.ts';
import { metricsSchema } from '../../scenario/schema.ts';
import { formatDuration } from '../../units/duration.ts';
import { formatRate } from '../../units/rate.ts';
import { formatShare } from '../../units/share.ts';

/** Every setting of a layer, those that nobody has written too: by its path inside the layer, as people write it. */
export function layerSettings(spec: LayerSpec, registry: Registry): Map<string, string> {
  const kind = registry.kinds.get(spec.kind)!;
  const schema = layerSchema(kind, registry.policy(spec.kind, spec.policy)!);
  const settings = new Map([
    ['kind', spec.kind],
    ['policy', spec.policy],
    ['mode', spec.shadow ? 'shadow' : 'enforce'],
    ['propagateCause', String(spec.propagateCause)],
    ['source', spec.source],
  ]);
  if (spec.source === 'reported')
    collect(metricsSchema, { ...spec.metrics, offset: spec.metrics.offset ?? undefined }, 'metrics', settings);
  const { copies, overhead, whenDown, reconcile, fallback, config } = spec;
  for (const [name, value] of Object.entries({ copies, overhead, whenDown, reconcile, fallback, ...config })) {
    collect(schema.shape[name] as z.ZodType | undefined, value, name, settings);
  }
  return settings;
}

/** Plain data by dotted paths; members of lists go by their name, if they have one. */
export function plainSettings(value: unknown, path = '', settings = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value) && value.some(isRecord)) {
    value.forEach((one: unknown, i) => {
      const name = isRecord(one) && typeof one['name'] === 'string' ? `.${one['name']}` : `[${i}]`;
      plainSettings(one, `${path}${name}`, settings);
    });
  } else if (isRecord(value)) {
    for (const [name, one] of Object.entries(value))
      plainSettings(one, path === '' ? name : `${path}.${name}`, settings);
  } else if (value !== undefined) {
    settings.set(path, inWords(value, undefined));
  }
  return settings;
}

function collect(schema: z.ZodType | undefined, value: unknown, path: string, settings: Map<string, string>): void {
  // What is for ever, or nothing, is not set.
  if (value === undefined || value === null || value === Infinity) return;
  const meta = schema === undefined ? undefined : parameterMeta(schema);
  const inner = schema === undefined ? undefined : unwrap(schema);
  if (meta === undefined && isRecord(value)) {
    const group = groupOf(inner, value);
    for (const [name, one] of Object.entries(value)) {
      collect(group?.shape[name] as z.ZodType | undefined, one, `${path}.${name}`, settings);
    }
  } else if (meta === undefined && Array.isArray(value) && value.some(isRecord)) {
    const element = inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined;
    value.forEach((one: unknown, i) => collect(element, one, `${path}[${i}]`, settings));
  } else {
    settings.set(path, inWords(value, meta?.type));
  }
}

/** The map's schema; of a choice between several the one whose literals it has. */
function groupOf(schema: z.ZodType | undefined, value: Readonly<Record<string, unknown>>): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (!(schema instanceof z.ZodUnion)) return undefined;
  return (schema.options as readonly z.ZodType[]).map(unwrap).find((option): option is z.ZodObject => {
    if (!(option instanceof z.ZodObject)) return false;
    return Object.entries(option.shape).every(
      ([name, field]) => !(field instanceof z.ZodLiteral) || field.values.has(value[name] as never),
    );
  });
}

function unwrap(schema: z.ZodType): z.ZodType {
  let at = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodPrefault) {
    at = at.unwrap() as z.ZodType;
  }
  return at;
}

function inWords(value: unknown, type: ParameterMeta['type'] | undefined): string {
  if (Array.isArray(value)) return `[${value.map((one) => inWords(one, undefined)).join(', ')}]`;
  if (isRecord(value)) return JSON.stringify(value);
  if (typeof value === 'number') {
    if (type === 'duration') return formatDuration(value);
    if (type === 'rate') return formatRate(value);
    if (type === 'share') return formatShare(value);
  }
  return String(value);
}
