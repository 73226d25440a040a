import type { z } from 'zod';
import { keysAt } from './keys-at.ts';
import { meantBy } from './meant.ts';
import { shorten } from './places.ts';
import type { Path } from './places.ts';
import { describeValue, valueAt } from './plain-data.ts';

import { unknownName } from './unknown-name.ts';

/** What a schema found wrong with a value, in a person's words. */
export interface Finding {
  /** From the value that was checked. */
  readonly path: Path;
  readonly message: string;
  readonly found?: string;
  /** The nearest valid name or value. */
  readonly hint?: string;
  /** It is the key that is wrong, or what is missing under it, and not the value. */
  readonly key?: boolean;
  /** The field that is missing at the path, if that is what is wrong. */
  readonly missing?: string;
}

type Issue = z.core.$ZodIssue;
type Union = z.core.$ZodIssueInvalidUnion;

/** Of the unknown fields of one map so many are told one by one. */
const MOST_UNKNOWN_FIELDS = 20;

/** Everything that `error` says of `value`, which was checked by `schema`. */
export function findingsOf(error: z.ZodError, schema: z.ZodType, value: unknown): Finding[] {
  return withoutEchoes(error.issues.flatMap((issue) => explain(issue, [], schema, value)));
}

/** What follows from a misspelt name is no slip of its own: that the right name is missing, or that the map is none. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const keyOf = (path: Path): string => JSON.stringify(path);
  const misspelt = findings.filter(({ key, hint }) => key === true && hint !== undefined);
  const meant = new Set(misspelt.map(({ path, hint }) => keyOf([...path.slice(0, -1), hint!])));
  const maps = new Set(misspelt.map(({ path }) => keyOf(path.slice(0, -1))));
  return findings.filter(({ path, missing, key }) => {
    if (missing !== undefined) return !meant.has(keyOf([...path, missing]));
    return key === true || !maps.has(keyOf(path));
  });
}

/** `root` is what was checked; the issue stands at `base` and its own path from there. */
function explain(issue: Issue, base: Path, schema: z.ZodType, root: unknown): Finding[] {
  const path = [...base, ...stepsOf(issue)];
  const here = valueAt(root, path);
  const last = String(path.at(-1));
  if (issue.code === 'unrecognized_keys') return unknownFields(issue.keys, path, schema, root);
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? 'expected another name';
    return [{ path, message, found: `\`${shorten(last)}\``, key: true }];
  }
  if (here === undefined && path.length > 0) {
    const missing = `\`${last}\` is missing (expected ${wordsOf(issue)})`;
    return [{ path: path.slice(0, -1), message: missing, key: true, missing: last }];
  }
  if (issue.code === 'invalid_union') {
    const meant = alternativeMeant(issue, here, path, schema, root);
    if (meant !== undefined) return meant.flatMap((one) => explain(one, path, schema, root));
  }
  if (isSentence(issue) && !issue.message.startsWith('expected ')) return [{ path, message: issue.message }];
  const message = `expected ${wordsOf(issue)}`;
  const hint = meantBy(here, message, namesOf(issue));
  return [{ path, message, found: describeValue(here), ...(hint === undefined ? {} : { hint }) }];
}

function stepsOf(issue: Issue): Path {
  return issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function unknownFields(keys: readonly string[], path: Path, schema: z.ZodType, root: unknown): Finding[] {
  const valid = keysAt(schema, path, root);
  const findings = keys
    .slice(0, MOST_UNKNOWN_FIELDS)
    .map((key): Finding => ({ path: [...path, key], key: true, ...unknownName('field', key, valid) }));
  const more = keys.length - findings.length;
  if (more > 0) findings.push({ path, message: `${more} more unknown fields`, key: true });
  return findings;
}

/** Whether an issue's message is this project's own and not zod's. */
function isSentence({ code, message }: Issue): boolean {
  return code === 'custom' || message.startsWith('expected ');
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  undefined: 'nothing',
};

/** What an issue says is expected, as the rest of a sentence. */
function wordsOf(issue: Issue): string {
  if (issue.code === 'invalid_union') return wordsOfUnion(issue);
  if (isSentence(issue)) return issue.message.replace(/^expected /, '');
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') {
    return issue.values.length === 1 ? `\`${String(issue.values[0])}\`` : `one of ${issue.values.join(', ')}`;
  }
  if (issue.code === 'too_small') return `at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}`;
  return `something else (${issue.message})`;
}

function unitOf(origin: string, count: number | bigint): string {
  const one = Number(count) === 1;
  if (origin === 'array') return one ? ' entry' : ' entries';
  if (origin === 'string') return one ? ' character' : ' characters';
  return '';
}

/** What a union expects: in the words of the alternatives that would take a value of this type, in its own, or in all. */
function wordsOfUnion(issue: Union): string {
  if (issue.errors.length === 0) {
    const options = (issue as { options?: readonly unknown[] }).options ?? [];
    return `one of ${options.map(String).join(', ')}`;
  }
  const fitting = fittingOf(issue);
  const isAmongOthers = isSentence(issue) && fitting.some(({ code }) => code !== 'custom');
  if (fitting.length > 0 && !isAmongOthers) return [...new Set(fitting.map(wordsOf))].join(' or ');
  if (isSentence(issue)) return issue.message.replace(/^expected /, '');
  return [...new Set(issue.errors.flatMap((alternative) => alternative.slice(0, 1).map(wordsOf)))].join(' or ');
}

/** What the alternatives say that take a value of this type, but not this value. */
function fittingOf(issue: Union): Issue[] {
  return issue.errors.flatMap((alternative) => {
    const [first] = alternative;
    if (first === undefined || first.path.length > 0) return [];
    if (first.code === 'invalid_union') return fittingOf(first);
    return first.code === 'custom' || first.code === 'invalid_value' ? [first] : [];
  });
}

/** Of the alternatives of a union, the complaints of the one that a map or a list was probably meant to be. */
function alternativeMeant(
  issue: Union,
  here: unknown,
  path: Path,
  schema: z.ZodType,
  root: unknown,
): readonly Issue[] | undefined {
  if (typeof here !== 'object' || here === null) return undefined;
  const fitting = issue.errors
    .filter((alternative) => alternative.length > 0 && alternative.every(isOfThisType))
    .map((issues) => ({ issues, slips: slipsIn(issues, here) }))
    .toSorted((a, b) => a.slips - b.slips);
  if (fitting.length === 0) return undefined;
  const [{ issues, slips }, next] = fitting;
  if (next === undefined || slips === 0 || !isSentence(issue)) return issues;
  const isClosest = slips < next.slips && issues.every(({ code }) => code !== 'unrecognized_keys');
  return isClosest || issues.some((one) => isNearMiss(one, path, schema, root)) ? issues : undefined;
}

/** Whether an issue is about something in the value, and not that it is of another type. */
function isOfThisType(issue: Issue): boolean {
  if (issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'custom') return true;
  if (issue.code === 'too_small' || issue.code === 'too_big') return true;
  return issue.code === 'invalid_union' && issue.errors.some((alternative) => alternative.every(isOfThisType));
}

/** How many fields are unknown or missing. */
function slipsIn(issues: readonly Issue[], here: object): number {
  let slips = 0;
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') slips += issue.keys.length;
    else if (issue.path.length === 1 && valueAt(here, stepsOf(issue)) === undefined) slips++;
  }
  return slips;
}

function isNearMiss(issue: Issue, path: Path, schema: z.ZodType, root: unknown): boolean {
  if (issue.code !== 'unrecognized_keys') return false;
  return unknownFields(issue.keys, path, schema, root).some(({ hint }) => hint !== undefined);
}

/** The valid names that an issue lists. */
function namesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code !== 'invalid_union') return [];
  const options = (issue as { options?: readonly unknown[] }).options ?? [];
  return [...options.map(String), ...fittingOf(issue).flatMap(namesOf)];
}
