import { z } from 'zod';
import { DAY, MAX_TIME } from '../kernel/time.ts';
import { formatDuration, parseDuration } from '../units/duration.ts';
import { parseRate } from '../units/rate.ts';
import { parseShare } from '../units/share.ts';

/**
 * Parameters of controllers: each is a zod schema that reads what people write (`250ms`, `60/s`, `50%`) into plain
 * numbers (nanoseconds, events a second, shares of one) and carries its own documentation. A default lives here and
 * nowhere else: help, the linter, the JSON Schema and the page read it from the schema.
 */
export interface ParameterDoc {
  /** What it means, in one sentence, with its unit where the type does not say it. */
  readonly about: string;
  /** Where the default or the range comes from: a product's name and file, a paper, or "overcontrol". */
  readonly source?: string;
  /** The default as a person would write it. A parameter without one is required (unless made optional). */
  readonly default?: string | number | boolean | readonly string[];
  /** A range, inclusive, in the unit that people write. */
  readonly min?: string | number;
  readonly max?: string | number;
  /** Marked where the number is not confirmed by the product's own source. */
  readonly unconfirmed?: boolean;
}

/** What a parameter's schema tells about itself (`parameterMeta`). */
export interface ParameterMeta extends ParameterDoc {
  readonly type: 'duration' | 'rate' | 'share' | 'number' | 'integer' | 'flag' | 'choice' | 'text' | 'list';
  readonly choices?: readonly string[];
}

type Written = string | number;
type Reader = (value: Written) => number | undefined;

function quantity(type: ParameterMeta['type'], doc: ParameterDoc, read: Reader, example: string): z.ZodType<number> {
  const min = doc.min === undefined ? undefined : read(doc.min);
  const max = doc.max === undefined ? undefined : read(doc.max);
  const expected = `expected ${example}`;
  const schema = z.union([z.string(), z.number()], { error: expected }).transform((value, context) => {
    const number = read(value);
    if (number === undefined) {
      context.addIssue({ code: 'custom', message: expected, input: value });
      return z.NEVER;
    }
    if ((min !== undefined && number < min) || (max !== undefined && number > max)) {
      const from = doc.source === undefined ? '' : ` (${doc.source})`;
      context.addIssue({ code: 'custom', message: `expected ${rangeOf(doc)}${from}`, input: value });
      return z.NEVER;
    }
    if (type === 'duration' && number > MAX_TIME) {
      context.addIssue({ code: 'custom', message: BEYOND_THE_CLOCK, input: value });
      return z.NEVER;
    }
    return number;
  });
  return finish(schema, { type, ...doc });
}

const BEYOND_THE_CLOCK = `expected at most ${formatDuration(Math.floor(MAX_TIME / DAY) * DAY)}, the range of the clock`;

function rangeOf(doc: ParameterDoc): string {
  if (doc.min !== undefined && doc.max !== undefined) return `${doc.min} to ${doc.max}`;
  return doc.min !== undefined ? `at least ${doc.min}` : `at most ${doc.max}`;
}

const documentation = z.registry<ParameterMeta>();

/** Adds the default and the documentation. */
function finish<T extends z.ZodType>(schema: T, meta: ParameterMeta): T {
  const whole = meta.default === undefined ? schema : schema.prefault(meta.default as never);
  const described = whole.meta({ description: meta.about });
  documentation.add(described, meta);
  return described as unknown as T;
}

/** The documentation of a parameter; undefined for a schema that was not made here. */
export function parameterMeta(schema: z.ZodType): ParameterMeta | undefined {
  const known = documentation.get(schema);
  if (known !== undefined) return known;
  return schema instanceof z.ZodOptional ? parameterMeta(schema.unwrap() as z.ZodType) : undefined;
}

/** A length of time, read into nanoseconds. */
export function duration(doc: ParameterDoc): z.ZodType<number> {
  return quantity('duration', { min: '0s', ...doc }, parseDuration, 'a duration with its unit, such as 250ms or 30s');
}

/** Events in time, read into events a second. */
export function rate(doc: ParameterDoc): z.ZodType<number> {
  return quantity('rate', { min: '0/s', ...doc }, parseRate, 'a rate such as 900/s or 30/m');
}

/** A share of one, read from `1%` or 0.01. */
export function share(doc: ParameterDoc): z.ZodType<number> {
  return quantity('share', { min: '0%', max: '100%', ...doc }, parseShare, 'a share such as 50% or 0.5');
}

/** A plain number. */
export function number(doc: ParameterDoc): z.ZodType<number> {
  const read: Reader = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
  return quantity('number', doc, read, 'a number');
}

/** A whole number. */
export function integer(doc: ParameterDoc): z.ZodType<number> {
  const read: Reader = (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined);
  return quantity('integer', { min: 0, ...doc }, read, 'a whole number');
}

/** On or off. */
export function flag(doc: ParameterDoc): z.ZodType<boolean> {
  return finish(z.boolean({ error: 'expected true or false' }), { type: 'flag', ...doc });
}

/** One of a closed list of names. */
export function choice<const T extends string>(choices: readonly T[], doc: ParameterDoc): z.ZodType<T> {
  return finish(z.enum(choices as readonly [T, ...T[]]), {
    type: 'choice',
    choices,
    ...doc,
  });
}

/** Several of a closed list of names. */
export function someOf<const T extends string>(choices: readonly T[], doc: ParameterDoc): z.ZodType<T[]> {
  const list = z.array(z.enum(choices as readonly [T, ...T[]]));
  return finish(list, { type: 'list', choices, ...doc });
}

/** Free text, such as the name of a service. */
export function text(doc: ParameterDoc): z.ZodType<string> {
  return finish(z.string(), { type: 'text', ...doc });
}

/** A value that one of several schemas reads. */
export function oneOf<const T extends readonly [z.ZodType, ...z.ZodType[]]>(
  schemas: T,
  doc: ParameterDoc,
): z.ZodType<z.output<T[number]>> {
  return finish(z.union(schemas), { type: 'text', ...doc });
}
