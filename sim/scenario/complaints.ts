import { z } from 'zod';
import { nearest } from '../units/nearest.ts';
import { findKeyPlace, findPlace, formatPath, isRecord } from './document.ts';
import type { Path, Place } from './document.ts';
import type { Problem } from './scenario-error.ts';

/** Collects what is wrong with one document, each with its place. */
export class Complaints {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly places: ReadonlyMap<string, Place>;

  constructor(file: string, places: ReadonlyMap<string, Place>) {
    this.file = file;
    this.places = places;
  }

  /** Something is wrong with the value at `path`. */
  at(path: Path, message: string, more: { found?: string; hint?: string; key?: boolean } = {}): void {
    const place = more.key === true ? findKeyPlace(this.places, path) : findPlace(this.places, path);
    this.problems.push({
      file: place?.file ?? this.file,
      line: place?.line ?? 0,
      column: place?.column ?? 0,
      path: formatPath(path),
      message,
      ...(more.found === undefined ? {} : { found: more.found }),
      ...(more.hint === undefined ? {} : { hint: more.hint }),
    });
  }

  /** A name that is not one of the valid ones. */
  unknown(path: Path, what: string, wrong: string, valid: Iterable<string>): void {
    const names = [...valid];
    const hint = nearest(wrong, names);
    const known = names.length === 0 ? 'there is none' : `known: ${names.join(', ')}`;
    const message = hint === undefined ? `unknown ${what} \`${wrong}\` (${known})` : `unknown ${what} \`${wrong}\``;
    this.at(path, message, hint === undefined ? {} : { hint });
  }

  /** Turns what zod found into complaints. `value` is what was checked, `base` where it stands. */
  fromZod(error: z.ZodError, schema: z.ZodType, value: unknown, base: Path): void {
    for (const issue of error.issues) this.fromIssue(issue, schema, value, base);
  }

  private fromIssue(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown, base: Path): void {
    const inner = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    const path = [...base, ...inner];
    const found = describe(valueAt(value, inner));
    if (issue.code === 'unrecognized_keys') {
      const valid = keysAt(schema, inner, value);
      for (const key of issue.keys) {
        const hint = nearest(key, valid);
        const list = hint === undefined ? ` (known: ${valid.join(', ')})` : '';
        this.at([...path, key], `unknown field \`${key}\`${list}`, {
          key: true,
          ...(hint === undefined ? {} : { hint }),
        });
      }
      return;
    }
    if (issue.code === 'invalid_union' && !ownMessage(issue.message)) {
      const deepest = deepestOf(issue);
      if (deepest !== undefined) {
        this.fromIssue({ ...deepest, path: [...issue.path, ...deepest.path] }, schema, value, base);
        return;
      }
    }
    if (issue.code === 'invalid_key') {
      this.at(path, issue.issues[0]?.message ?? issue.message, { key: true, found: `\`${String(inner.at(-1))}\`` });
      return;
    }
    if (valueAt(value, inner) === undefined && inner.length > 0) {
      this.at(path.slice(0, -1), `\`${String(inner.at(-1))}\` is missing${expectation(issue)}`);
      return;
    }
    if (issue.code === 'invalid_value') {
      const valid = issue.values.map(String);
      const wrong = valueAt(value, inner);
      const hint = typeof wrong === 'string' ? nearest(wrong, valid) : undefined;
      this.at(path, `expected one of ${valid.join(', ')}`, { found, ...(hint === undefined ? {} : { hint }) });
      return;
    }
    this.at(path, message(issue), { found });
  }
}

function message(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return ownMessage(issue.message) ? issue.message : `expected ${issue.expected}`;
  if (issue.code === 'too_small')
    return `expected at least ${issue.minimum}${issue.origin === 'array' ? ' entries' : ''}`;
  return issue.message;
}

function expectation(issue: z.core.$ZodIssue): string {
  return ownMessage(issue.message) ? ` (${issue.message})` : '';
}

/** Whether a message is this project's and not zod's. */
function ownMessage(text: string): boolean {
  return !text.startsWith('Invalid') && !text.startsWith('Too ');
}

/** Of the alternatives of a union, the complaint that goes deepest: the one that was probably meant. */
function deepestOf(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue | undefined {
  let best: z.core.$ZodIssue | undefined;
  for (const issues of issue.errors) {
    for (const one of issues) if (best === undefined || one.path.length > best.path.length) best = one;
  }
  return best !== undefined && (best.path.length > 0 || best.code === 'unrecognized_keys') ? best : undefined;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (isRecord(at) || Array.isArray(at)) at = (at as Record<string | number, unknown>)[step];
    else return undefined;
  }
  return at;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'a map';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The names of the fields that a schema has at a path. */
export function keysAt(schema: z.ZodType, path: readonly (string | number)[], value: unknown): string[] {
  const keys = new Set<string>();
  collect(schema, path, value, keys);
  return [...keys];
}

function collect(schema: unknown, path: readonly (string | number)[], value: unknown, keys: Set<string>): void {
  const at = schema as z.ZodType;
  if (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodPrefault) {
    collect(at.unwrap(), path, value, keys);
  } else if (at instanceof z.ZodPipe) {
    collect(at.in, path, value, keys);
  } else if (at instanceof z.ZodDiscriminatedUnion || at instanceof z.ZodUnion) {
    for (const option of at.options as readonly unknown[]) {
      if (!isOtherOption(option, value)) collect(option, path, value, keys);
    }
  } else if (at instanceof z.ZodObject) {
    if (path.length === 0) for (const key of Object.keys(at.shape)) keys.add(key);
    else collect((at.shape as Record<string, unknown>)[path[0]], path.slice(1), valueAt(value, [path[0]]), keys);
  } else if (at instanceof z.ZodArray) {
    if (path.length > 0) collect(at.element, path.slice(1), valueAt(value, [path[0]]), keys);
  } else if (at instanceof z.ZodRecord) {
    if (path.length > 0) collect(at.valueType, path.slice(1), valueAt(value, [path[0]]), keys);
  }
}

/** Whether an option of a discriminated union is not the one that the value names. */
function isOtherOption(option: unknown, value: unknown): boolean {
  if (!(option instanceof z.ZodObject) || !isRecord(value)) return false;
  for (const [key, field] of Object.entries(option.shape)) {
    if (field instanceof z.ZodLiteral && value[key] !== undefined && !field.values.has(value[key] as never))
      return true;
  }
  return false;
}
