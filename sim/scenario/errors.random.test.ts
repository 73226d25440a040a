import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readDocument } from './document.ts';
import type { Path } from './places.ts';
import { isRecord } from './plain-data.ts';
import { problemsOf, SMALL } from './testing/small-scenario.ts';

const STORY = readFileSync(new URL('../../scenarios/load-balancer-chaos.yaml', import.meta.url), 'utf8');
const TEXTS = [SMALL, STORY];
const DOCUMENTS = TEXTS.map((text) => readDocument(text, 's.yaml').value);

/** Milliseconds that reading may take. */
const LONGEST = 1000;

/** Reads it; throws unless it is read, or refused with problems whose places are in the file, before long. */
function check(text: string): void {
  const started = performance.now();
  const problems = problemsOf(text);
  const took = performance.now() - started;
  const lines = text.split(/\r?\n/);
  for (const { line, column, file, message } of problems) {
    expect(file).toBe('s.yaml');
    expect(message).not.toBe('');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(lines[line - 1].length + 2);
  }
  // The machine may be busy with other things: what is slow once is read again.
  if (took > LONGEST) expect(timeOf(() => problemsOf(text))).toBeLessThan(LONGEST);
}

function timeOf(act: () => void): number {
  const started = performance.now();
  act();
  return performance.now() - started;
}

function pathsIn(value: unknown, path: Path = []): Path[] {
  const below = Array.isArray(value)
    ? value.flatMap((child: unknown, i) => pathsIn(child, [...path, i]))
    : isRecord(value)
      ? Object.entries(value).flatMap(([key, child]) => pathsIn(child, [...path, key]))
      : [];
  return [path, ...below];
}

/** A copy of a document in which something at a path is changed. */
function changed(value: unknown, path: Path, change: (value: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((child, i) => (i === step ? changed(child, rest, change) : child) as unknown);
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, child]) => [key, key === step ? changed(child, rest, change) : child]));
}

const document = fc.constantFrom(...DOCUMENTS);
const placed = document.chain((value) => fc.tuple(fc.constant(value), fc.constantFrom(...pathsIn(value))));

/** Values that are near to valid ones, and any others. */
const anyValue = fc.oneof(
  fc.constantFrom<unknown>(
    '1s',
    '-1s',
    '5/s',
    '-5/s',
    '1%',
    '200%',
    0,
    -1,
    1.5,
    1e300,
    '',
    'all',
    'any',
    null,
    true,
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    'retry',
    'autoscaler',
    'tokenBucket',
    'hpa',
    'balancer',
    'checkout',
    'instance',
    'bare',
    'success >',
  ),
  fc.constantFrom<unknown>(
    { exponential: '5ms' },
    { lognormal: { mean: '1s' } },
    { policy: 'ratio' },
    { lag: 3 },
    [0],
    ['x'],
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
);

/** Keys that are near to valid ones, and any others. */
const anyKey = fc.oneof(
  fc.constantFrom(
    'name',
    'kind',
    'policy',
    'to',
    'world',
    'metrics',
    'set',
    'extends',
    'plugins',
    'duration',
    'edges',
    'every',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'length',
    '',
    '0',
    '<<',
    'then',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const written = fc.constantFrom<(value: unknown) => string>(
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 2),
  (value) => stringify(value),
);

const RUNS = { numRuns: 200, seed: 1 };

describe('a scenario that is changed at random is read, or refused with places in the file', () => {
  it('where a value is another', () => {
    fc.assert(
      fc.property(placed, anyValue, written, ([value, path], other, write) => {
        check(write(changed(value, path, () => other)));
      }),
      RUNS,
    );
  });

  it('where several values are others', () => {
    const several = fc.array(fc.tuple(fc.nat(), anyValue), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(document, several, written, (value, changes, write) => {
        let result = value;
        for (const [n, other] of changes) {
          const paths = pathsIn(result);
          result = changed(result, paths[n % paths.length], () => other);
        }
        check(write(result));
      }),
      RUNS,
    );
  });

  it('where a key is another', () => {
    fc.assert(
      fc.property(placed, anyKey, fc.nat(), written, ([value, path], key, n, write) => {
        const rename = (map: unknown): unknown => {
          if (!isRecord(map)) return map;
          const entries = Object.entries(map);
          return Object.fromEntries(entries.map(([name, child], i) => [i === n % entries.length ? key : name, child]));
        };
        check(write(changed(value, path, rename)));
      }),
      RUNS,
    );
  });

  it('where one part stands in the place of another', () => {
    fc.assert(
      fc.property(placed, fc.nat(), written, ([value, path], n, write) => {
        const paths = pathsIn(value);
        const other = paths[n % paths.length].reduce<unknown>(
          (at, step) => (at as Record<string, unknown>)[step],
          value,
        );
        check(write(changed(value, path, () => other)));
      }),
      RUNS,
    );
  });

  it('where the text is cut, and pieces are put in', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\t',
        '\n',
        '  ',
        ':',
        ': ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        ',',
        '&a ',
        '*a',
        '!',
        '"',
        "'",
        '#',
        '|',
        '>',
        '%',
        '---\n',
        '? ',
        '\r',
        '\0',
        '\uFEFF',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const edit = fc.tuple(fc.nat(), fc.nat({ max: 12 }), piece);
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { minLength: 1, maxLength: 5 }), (text, edits) => {
        let result = text;
        for (const [n, cut, put] of edits) {
          const at = n % (result.length + 1);
          result = `${result.slice(0, at)}${put}${result.slice(at + cut)}`;
        }
        check(result);
      }),
      RUNS,
    );
  });

  it('where settings are put over it', () => {
    const path = fc.array(anyKey, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('.'));
    const known = fc.constantFrom(
      'breaker.window',
      'sidecar.backoff',
      'world.traffic.0',
      'world.services',
      'expect.0.that',
    );
    fc.assert(
      fc.property(fc.oneof(path, known), anyValue, (setting, value) => {
        for (const { file, line } of problemsOf(SMALL, { set: { [setting]: value } })) {
          expect(file === '--set' ? line === 0 : line >= 1).toBe(true);
        }
      }),
      RUNS,
    );
  });
});
