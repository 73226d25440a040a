import { z } from 'zod';
import { parameterMeta } from '../controllers/parameters.ts';
import type { ParameterMeta } from '../controllers/parameters.ts';

/** One parameter as documentation shows it. Everything comes from its schema. */
export interface ParameterRow {
  /** Where it is written inside its layer, such as `metrics.lag` or `budget(ratio).window`. */
  readonly path: string;
  readonly type: string;
  /** Whether it must be given. */
  readonly required: boolean;
  /** What stands for it if it is not given, as a person writes it; null for nothing. */
  readonly default: string | null;
  /** What it may be, such as `1 to 64`; '' for anything of its type. */
  readonly range: string;
  readonly about: string;
  readonly source: string;
  /** Whether the product's own source confirms the default. */
  readonly confirmed: boolean;
}

/** Every parameter of a shape, those inside of others too, in the order of the schema. */
export function parameterRows(shape: z.ZodRawShape): ParameterRow[] {
  return Object.entries(shape).flatMap(([name, schema]) => rowsOf(name, schema as z.ZodType));
}

function rowsOf(path: string, schema: z.ZodType): ParameterRow[] {
  const meta = parameterMeta(schema);
  const inner = unwrap(schema);
  if (meta !== undefined) return [documented(path, meta, inner.schema, inner.optional)];
  const whole: ParameterRow = {
    path,
    type: typeOf(inner.schema),
    required: !inner.optional,
    default: inner.fallback,
    range: '',
    about: schema.description ?? inner.schema.description ?? '',
    source: '',
    confirmed: true,
  };
  const below = rowsInside(path, inner.schema);
  // A group without words of its own is shown by what is in it.
  return below.length > 0 && whole.about === '' ? below : [whole, ...below];
}

function documented(path: string, meta: ParameterMeta, schema: z.ZodType, optional: boolean): ParameterRow {
  return {
    path,
    type: schema instanceof z.ZodUnion && meta.type === 'text' ? typeOf(schema) : typeText(meta),
    required: !optional,
    default: meta.default === undefined ? null : written(meta.default),
    range: rangeOf(meta),
    about: meta.about,
    source: meta.source ?? '',
    confirmed: meta.unconfirmed !== true,
  };
}

/** The parameters inside a group, a list of groups, or a choice between groups. */
function rowsInside(path: string, schema: z.ZodType): ParameterRow[] {
  if (schema instanceof z.ZodObject) return groupRows(path, schema);
  if (schema instanceof z.ZodArray) return rowsInside(`${path}[]`, unwrap(schema.element as z.ZodType).schema);
  if (schema instanceof z.ZodUnion) {
    const options = (schema.options as readonly z.ZodType[]).map((option) => unwrap(option).schema);
    return options.flatMap((option) =>
      option instanceof z.ZodObject ? groupRows(`${path}${nameOfOption(option)}`, option) : [],
    );
  }
  return [];
}

function groupRows(path: string, group: z.ZodObject): ParameterRow[] {
  return Object.entries(group.shape)
    .filter(([, schema]) => !(schema instanceof z.ZodLiteral))
    .flatMap(([name, schema]) => rowsOf(`${path}.${name}`, schema as z.ZodType));
}

/** An option of a choice goes by the name that selects it: `(envoy)`. */
function nameOfOption(option: z.ZodObject): string {
  const literal = Object.values(option.shape).find((schema) => schema instanceof z.ZodLiteral);
  return literal === undefined ? '' : `(${[...literal.values].map(String).join('|')})`;
}

/** A schema without what says that it may be left out, and what then stands for it. */
function unwrap(schema: z.ZodType): { schema: z.ZodType; optional: boolean; fallback: string | null } {
  let at = schema;
  let optional = false;
  let fallback: string | null = null;
  for (;;) {
    if (at instanceof z.ZodOptional) {
      optional = true;
    } else if (at instanceof z.ZodDefault || at instanceof z.ZodPrefault) {
      const value = at.def.defaultValue;
      if (!isEmptyGroup(value)) fallback = written(value);
      optional = true;
    } else if (!(at instanceof z.ZodNullable)) {
      return { schema: at, optional, fallback };
    }
    at = at.unwrap() as z.ZodType;
  }
}

/** `{}` means: the default of each of its members. */
function isEmptyGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** A value as YAML would have it. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${key}: ${written(one)}`)
      .join(', ')} }`;
  }
  return String(value);
}

function typeText({ type, choices }: ParameterMeta): string {
  if (choices === undefined) return type;
  return type === 'list' ? `list of ${choices.join(' | ')}` : choices.join(' | ');
}

function rangeOf({ type, min, max }: ParameterMeta): string {
  // What every value of the type meets says nothing.
  const from = min === undefined || isNatural(type, min) ? undefined : String(min);
  const to = max === undefined || (type === 'share' && max === '100%') ? undefined : String(max);
  if (from !== undefined && to !== undefined) return `${from} to ${to}`;
  if (from !== undefined) return `at least ${from}`;
  return to === undefined ? '' : `at most ${to}`;
}

function isNatural(type: ParameterMeta['type'], min: string | number): boolean {
  return type !== 'number' && /^0(\D|$)/.test(String(min));
}

/** What a schema takes, in a few words. */
function typeOf(schema: z.ZodType): string {
  const meta = parameterMeta(schema);
  if (meta !== undefined) {
    const range = rangeOf(meta);
    return range === '' ? typeText(meta) : `${typeText(meta)} (${range})`;
  }
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String).join(' | ');
  if (schema instanceof z.ZodEnum) return schema.options.join(' | ');
  if (schema instanceof z.ZodObject) return 'group';
  if (schema instanceof z.ZodArray) {
    const element = unwrap(schema.element as z.ZodType).schema;
    return element instanceof z.ZodObject ? 'list of groups' : `list of ${typeOf(element)}`;
  }
  if (schema instanceof z.ZodUnion)
    return unionType((schema.options as readonly z.ZodType[]).map((one) => unwrap(one).schema));
  if (schema instanceof z.ZodRecord) return 'map';
  if (schema instanceof z.ZodBoolean) return 'flag';
  return schema instanceof z.ZodNumber ? 'number' : 'text';
}

function unionType(options: readonly z.ZodType[]): string {
  if (options.every((option) => option instanceof z.ZodObject)) return 'group, one of several';
  return [...new Set(options.map(typeOf))].join(' | ');
}
