import { z } from 'zod';
import { isRecord } from './plain-data.ts';
import type { Path } from './places.ts';

/** The names of the fields that a schema has at a path; of several alternatives, those of all that the value may be. */
export function keysAt(schema: z.ZodType, path: Path, value: unknown): string[] {
  const keys = new Set<string>();
  collect(schema, path, value, keys);
  return [...keys];
}

function collect(schema: unknown, path: Path, value: unknown, keys: Set<string>): void {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    collect(schema.unwrap(), path, value, keys);
  } else if (schema instanceof z.ZodPipe) {
    collect(schema.in, path, value, keys);
  } else if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) if (!isOtherOption(option, value)) collect(option, path, value, keys);
  } else if (path.length === 0) {
    if (schema instanceof z.ZodObject) for (const key of Object.keys(schema.shape)) keys.add(key);
  } else {
    const below = belowOf(schema, path[0]);
    if (below !== undefined) collect(below, path.slice(1), stepInto(value, path[0]), keys);
  }
}

function belowOf(schema: unknown, step: string | number): unknown {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, step) ? schema.shape[step] : undefined;
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function stepInto(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return (value as unknown[])[Number(step)];
  return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** Whether an option of a discriminated union is not the one that the value names. */
function isOtherOption(option: unknown, value: unknown): boolean {
  if (!(option instanceof z.ZodObject) || !isRecord(value)) return false;
  return Object.entries(option.shape).some(
    ([key, field]) =>
      field instanceof z.ZodLiteral && value[key] !== undefined && !field.values.has(value[key] as never),
  );
}
