import type { Document } from 'yaml';
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { formatPath } from '../scenario/places.ts';
import type { Path } from '../scenario/places.ts';
import { isRecord } from '../scenario/plain-data.ts';

/** Where something stands in a manifest. */
export interface Source {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Such as `spec.minReplicas`. */
  readonly path: string;
}

/** What became of a part of a manifest, with all that is in it. */
type Mark = { readonly what: 'mapped' } | { readonly what: 'skipped'; readonly why: string };

/** One document of a file, as plain data, that remembers what of it has been read. */
export class Manifest {
  readonly file: string;
  readonly value: unknown;
  private readonly lineOf: (path: Path) => number;
  private readonly marks = new Map<string, Mark>();

  constructor(file: string, value: unknown, lineOf: (path: Path) => number) {
    this.file = file;
    this.value = value;
    this.lineOf = lineOf;
  }

  get root(): Cursor {
    return new Cursor(this, [], this.value);
  }

  source(path: Path): Source {
    return { file: this.file, line: this.lineOf(path), path: formatPath(path) };
  }

  mark(path: Path, mark: Mark): void {
    this.marks.set(JSON.stringify(path), mark);
  }

  /** Parts that nobody has read: each as a whole, where nothing inside of it was. */
  leftovers(): Cursor[] {
    return this.unread(this.root);
  }

  /** Parts that were recognised, but that change nothing in a simulation. */
  skipped(): { readonly source: Source; readonly why: string }[] {
    return [...this.marks].flatMap(([key, mark]) =>
      mark.what === 'skipped' ? [{ source: this.source(JSON.parse(key) as Path), why: mark.why }] : [],
    );
  }

  private unread(cursor: Cursor): Cursor[] {
    if (this.marks.has(JSON.stringify(cursor.path))) return [];
    const children = cursor.children();
    const below = children.flatMap((child) => this.unread(child));
    const whole = children.length === 0 || (below.length > 0 && !children.some((child) => this.isTouched(child)));
    return whole ? [cursor] : below;
  }

  private isTouched(cursor: Cursor): boolean {
    return this.marks.has(JSON.stringify(cursor.path)) || cursor.children().some((child) => this.isTouched(child));
  }
}

/** A place in a manifest. What is taken from it counts as read. */
export class Cursor {
  readonly manifest: Manifest;
  readonly path: Path;
  readonly value: unknown;

  constructor(manifest: Manifest, path: Path, value: unknown) {
    this.manifest = manifest;
    this.path = path;
    this.value = value;
  }

  get source(): Source {
    return this.manifest.source(this.path);
  }

  /** A place below, by its dotted path; each step in camelCase stands for snake_case too. */
  get(dotted: string): Cursor | undefined {
    return this.at(dotted.split('.'));
  }

  /** The same for steps that hold dots, as annotations do. */
  at(steps: readonly string[]): Cursor | undefined {
    const [first, ...rest] = steps;
    const below = this.child(first);
    return rest.length === 0 ? below : below?.at(rest);
  }

  child(step: string): Cursor | undefined {
    const { value } = this;
    if (!isRecord(value)) return undefined;
    const name = [step, snakeCase(step)].find((one) => Object.hasOwn(value, one) && value[one] !== null);
    return name === undefined ? undefined : new Cursor(this.manifest, [...this.path, name], value[name]);
  }

  /** Everything directly below: the members of a map, or of a list. */
  children(): Cursor[] {
    const { value, manifest, path } = this;
    if (Array.isArray(value)) return value.map((one: unknown, i) => new Cursor(manifest, [...path, i], one));
    return isRecord(value)
      ? Object.entries(value).map(([name, one]) => new Cursor(manifest, [...path, name], one))
      : [];
  }

  /** The members of a list below. */
  list(dotted: string): Cursor[] {
    const list = this.get(dotted);
    return list !== undefined && Array.isArray(list.value) ? list.children() : [];
  }

  get key(): string {
    return String(this.path.at(-1) ?? '');
  }

  /** A text below, without taking it. */
  text(dotted: string): string | undefined {
    const value = this.get(dotted)?.value;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }

  /** Counts this, with all that is in it, as read. */
  take(): this {
    this.manifest.mark(this.path, { what: 'mapped' });
    return this;
  }

  /** Counts parts below as known, and as of no consequence for a simulation. */
  skip(why: string, ...dotted: readonly string[]): this {
    for (const one of dotted) {
      const part = this.get(one);
      if (part !== undefined) this.manifest.mark(part.path, { what: 'skipped', why });
    }
    return this;
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z0-9]+/g, (part) => `_${part.toLowerCase()}`).replace(/^_/, '');
}

/** A file that is no YAML, or JSON, at all. */
export class ManifestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ManifestError';
  }
}

/** Every document of a file; lists of resources are taken apart. Throws `ManifestError`. */
export function readManifests(text: string, file: string): Manifest[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false }) as Document.Parsed[];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = counter.linePos(error.pos[0]);
      throw new ManifestError(`${file}:${line}:${col}: not valid YAML: ${error.message}`);
    }
    const value = plainOf(document, file);
    if (value === null || value === undefined) return [];
    const lineOf = (path: Path): number => counter.linePos(offsetOf(document, path)).line;
    return resourcesIn(value, []).map(
      ({ value: one, path }) => new Manifest(file, one, (inner) => lineOf([...path, ...inner])),
    );
  });
}

/** A document as plain data; one with more aliases than anybody writes is refused. */
function plainOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ManifestError(`${file}: ${(error as Error).message}`);
  }
}

/** Where a key, or a member of a list, begins. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let offset = document.contents?.range?.[0] ?? 0;
  let node: unknown = document.contents;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      offset = (pair?.key as { range?: [number] } | undefined)?.range?.[0] ?? offset;
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = (node as { range?: [number] } | undefined)?.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

interface Part {
  readonly value: unknown;
  readonly path: Path;
}

/** A Kubernetes `List`, a list of resources, and a map of such lists are taken apart; all else is one. */
function resourcesIn(value: unknown, path: Path): Part[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown, i) => resourcesIn(one, [...path, i]));
  if (!isRecord(value)) return [{ value, path }];
  if (Array.isArray(value['items']) && String(value['kind']).endsWith('List')) {
    return resourcesIn(value['items'], [...path, 'items']);
  }
  const lists = Object.entries(value);
  const isBundle =
    value['kind'] === undefined && lists.length > 0 && lists.every(([, list]) => isListOfResources(list));
  return isBundle ? lists.flatMap(([name, list]) => resourcesIn(list, [...path, name])) : [{ value, path }];
}

function isListOfResources(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => isRecord(one) && one['kind'] !== undefined && one['apiVersion'] !== undefined)
  );
}
