import { z } from 'zod';
import { parameterMeta } from '../../controllers/parameters.ts';
import type { Path } from '../places.ts';
import { isRecord } from '../plain-data.ts';

/** A parameter that nobody has set, and what it is then. */
export interface Default {
  readonly path: Path;
  /** As a person writes it. */
  readonly value: string;
  /** Where it comes from; '' if its schema does not say. */
  readonly source: string;
}

/** Every default that stands for something that `value` leaves unsaid; groups that are left out as a whole have none. */
export function defaultsOf(schema: z.ZodType, value: unknown, path: Path = []): Default[] {
  const inner = unwrap(schema);
  if (value === undefined) {
    const written = parameterMeta(schema)?.default ?? inner.fallback;
    if (written === undefined) return [];
    // `{}` means: the default of each of its members.
    if (isRecord(written) && Object.keys(written).length === 0) return defaultsOf(inner.schema, {}, path);
    return [{ path, value: inWords(written), source: parameterMeta(schema)?.source ?? sourceIn(schema.description) }];
  }
  if (inner.schema instanceof z.ZodObject && isRecord(value)) {
    return Object.entries(inner.schema.shape).flatMap(([name, below]) =>
      defaultsOf(below as z.ZodType, value[name], [...path, name]),
    );
  }
  if (inner.schema instanceof z.ZodArray && Array.isArray(value)) {
    const element = inner.schema.element as z.ZodType;
    return value.flatMap((one: unknown, i) => defaultsOf(element, one, [...path, i]));
  }
  if (inner.schema instanceof z.ZodUnion) {
    const option = (inner.schema.options as readonly z.ZodType[]).find((one) => one.safeParse(value).success);
    return option === undefined ? [] : defaultsOf(option, value, path);
  }
  return [];
}

/** A schema without what says that it may be left out, and what then stands for it. */
function unwrap(schema: z.ZodType): { schema: z.ZodType; fallback: unknown } {
  let at = schema;
  let fallback: unknown;
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodPrefault) {
    if (!(at instanceof z.ZodOptional)) fallback = at.def.defaultValue;
    at = at.unwrap() as z.ZodType;
  }
  return { schema: at, fallback };
}

/** A group's default has its source in its description, in brackets. */
function sourceIn(description = ''): string {
  return /\((?:[^()]*: )?([^()]+)\)\.?$/.exec(description)?.[1] ?? '';
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inWords).join(', ')}]`;
  if (!isRecord(value)) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${inWords(one)}`)
    .join(', ')} }`;
}
