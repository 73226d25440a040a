import { readFileSync } from 'node:fs';

/** One published case of a product: numbers as they stand in the file, under its own names. */
export interface PublishedCase {
  readonly case: string;
  readonly source: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Readonly<Record<string, unknown>>[];
  readonly expected: unknown;
}

interface Header {
  readonly header: true;
  readonly cases: number;
}

/** The cases of `vectors/<name>.json`, as many as its header says. */
export function publishedCases(name: string): readonly PublishedCase[] {
  const url = new URL(`../../vectors/${name}.json`, import.meta.url);
  const [header, ...cases] = JSON.parse(readFileSync(url, 'utf8')) as [Header, ...PublishedCase[]];
  if (cases.length !== header.cases) throw new Error(`${name}: ${cases.length} cases, ${header.cases} announced`);
  return cases;
}

/** A word in a case that the adapter does not know: better to fail than to pass it over. */
export function unknownWord(kind: string, word: unknown): never {
  throw new Error(`unknown ${kind} in a published case: ${JSON.stringify(word)}`);
}

/** What is expected after each input; null where nothing is. */
export function expectationsOf(published: PublishedCase): readonly (Readonly<Record<string, unknown>> | null)[] {
  const { expected } = published;
  if (!Array.isArray(expected) || expected.length !== published.inputs.length) {
    throw new Error(`${published.case}: expectations do not match its inputs`);
  }
  return expected as readonly (Readonly<Record<string, unknown>> | null)[];
}
