import type { z } from 'zod';
import { findingsOf } from './findings.ts';
import { formatPath, Places } from './places.ts';
import type { Path, Place } from './places.ts';
import type { Problem } from './scenario-error.ts';
import { ScenarioError } from './scenario-error.ts';
import { unknownName } from './unknown-name.ts';

/** What a complaint says beside its message. */
export interface Details {
  /** What stands there. */
  readonly found?: string;
  /** The nearest valid name. */
  readonly hint?: string;
  /** It is the key that is wrong, or what is missing under it, and not the value. */
  readonly key?: boolean;
}

/** Whoever has so many problems is told of these first. */
export const MOST_PROBLEMS = 1000;

/** Collects what is wrong with one document, each with its place. Throws by itself once it is `MOST_PROBLEMS`. */
export class Complaints {
  private readonly file: string;
  private readonly places: Places;
  private readonly found = new Map<string, Problem>();
  /** Places at which nothing more is to be said. */
  private readonly settled = new Set<string>();

  constructor(file: string, places = new Places()) {
    this.file = file;
    this.places = places;
  }

  /** Everything that is wrong so far, each thing once, in the order of the file; what it extends comes after. */
  get problems(): readonly Problem[] {
    const files = [...new Set([this.file, ...[...this.found.values()].map(({ file }) => file)])];
    return [...this.found.values()].toSorted(
      (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    );
  }

  /** The file that what stands at `path` is written in. */
  fileAt(path: Path): string {
    return this.places.find(path)?.file ?? this.file;
  }

  get count(): number {
    return this.found.size;
  }

  /** Something is wrong with the value at `path`. */
  at(path: Path, message: string, { found, hint, key }: Details = {}): void {
    const place = (key === true ? this.places.findKey(path) : this.places.find(path)) ?? {
      file: this.file,
      line: 1,
      column: 1,
    };
    if (this.settled.has(placeKey(place))) return;
    this.add({
      ...place,
      path: formatPath(path),
      message,
      ...(found === undefined ? {} : { found }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** What is wrong with the document itself; whatever follows from it at the same place is not said. */
  addAll(problems: readonly Problem[]): void {
    for (const problem of problems) {
      this.settled.add(placeKey(problem));
      this.add(problem);
    }
  }

  private add(problem: Problem): void {
    this.found.set(`${placeKey(problem)} ${problem.path} ${problem.message}`, problem);
    if (this.found.size >= MOST_PROBLEMS) this.throwAny();
  }

  /** A name that is not one of the valid ones. */
  unknown(path: Path, what: string, wrong: string, valid: Iterable<string>, key = false): void {
    const { message, hint } = unknownName(what, wrong, valid);
    this.at(path, message, { hint, key });
  }

  /** What a schema says of a value that stands at `base`. */
  fromZod(error: z.ZodError, schema: z.ZodType, value: unknown, base: Path): void {
    for (const { path, message, ...details } of findingsOf(error, schema, value)) {
      this.at([...base, ...path], message, details);
    }
  }

  /** Throws everything that was complained of, if anything was. */
  throwAny(): void {
    if (this.found.size > 0) throw new ScenarioError(this.problems);
  }
}

function placeKey({ file, line, column }: Place): string {
  return `${line}:${column} ${file}`;
}
