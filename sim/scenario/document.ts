import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import type { Problem } from './scenario-error.ts';
import { ScenarioError } from './scenario-error.ts';

/** A step into a document: a key, or an index of a list. */
export type Path = readonly (string | number)[];

/** Where something stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Larger files are refused unread. */
export const MAX_FILE_BYTES = 1 << 20;
/** Deeper nesting and more expanded nodes than this are refused. */
const MAX_DEPTH = 64;
const MAX_NODES = 200_000;

/** YAML or JSON as plain data, with the place of every value and key. */
export interface PlacedDocument {
  readonly file: string;
  readonly value: unknown;
  /** By JSON of the path: where a value (or its key, `key:` before) stands. */
  readonly places: Map<string, Place>;
}

/** Reads YAML. Throws `ScenarioError` with the place of what cannot be read. */
export function readDocument(text: string, file: string): PlacedDocument {
  if (text.length > MAX_FILE_BYTES) {
    throw new ScenarioError([
      problemAt(file, 1, 1, '', `the file has ${text.length} characters; at most ${MAX_FILE_BYTES} are read`),
    ]);
  }
  const counter = new LineCounter();
  const document = parse(text, file, counter);
  const places = new Map<string, Place>();
  const placeOf = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { file, line, column: col };
  };
  const reader = new NodeReader(document, placeOf, places, file);
  const value = document.contents === null ? {} : reader.read(document.contents, [], 0);
  return { file, value, places };
}

function parse(text: string, file: string, counter: LineCounter): Document {
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  const problems = document.errors.map((error) => {
    const { line, col } = counter.linePos(error.pos[0]);
    return problemAt(file, line, col, '', error.message);
  });
  if (problems.length > 0) throw new ScenarioError(problems);
  return document;
}

function problemAt(file: string, line: number, column: number, path: string, message: string): Problem {
  return { file, line, column, path, message };
}

/** Turns YAML nodes into plain data and writes down where each stands. Aliases are expanded, within limits. */
class NodeReader {
  private readonly document: Document;
  private readonly placeOf: (offset: number) => Place;
  private readonly places: Map<string, Place>;
  private readonly file: string;
  private nodes = 0;

  constructor(document: Document, placeOf: (offset: number) => Place, places: Map<string, Place>, file: string) {
    this.document = document;
    this.placeOf = placeOf;
    this.places = places;
    this.file = file;
  }

  read(node: Node, path: Path, depth: number): unknown {
    const place = this.placeOf(node.range?.[0] ?? 0);
    this.places.set(keyOf(path), place);
    if (depth > MAX_DEPTH || ++this.nodes > MAX_NODES) {
      const { line, column } = place;
      throw new ScenarioError([
        problemAt(this.file, line, column, formatPath(path), 'too deep, or too much after its aliases are expanded'),
      ]);
    }
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      return target === undefined ? undefined : this.read(target, path, depth + 1);
    }
    if (isMap(node)) {
      const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const { key, value: child } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key);
        const at = [...path, name];
        if (isScalar(key)) this.places.set(`key:${keyOf(at)}`, this.placeOf(key.range?.[0] ?? 0));
        value[name] = child === null ? null : this.read(child as Node, at, depth + 1);
      }
      return { ...value };
    }
    if (isSeq(node)) return node.items.map((child, i) => this.read(child as Node, [...path, i], depth + 1));
    return isScalar(node) ? node.value : null;
  }
}

/** The place of a value, or of the nearest thing around it that has one. */
export function findPlace(places: ReadonlyMap<string, Place>, path: Path): Place | undefined {
  for (let length = path.length; length >= 0; length--) {
    const key = keyOf(path.slice(0, length));
    const place = length === path.length ? (places.get(key) ?? places.get(`key:${key}`)) : places.get(key);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The place of a key itself. */
export function findKeyPlace(places: ReadonlyMap<string, Place>, path: Path): Place | undefined {
  return places.get(`key:${keyOf(path)}`) ?? findPlace(places, path);
}

export function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** A path as people write it: `edges[0].layers[2].rate`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/**
 * A document over its base: maps are merged, lists and plain values replaced. Places follow what they belong to.
 */
export function extendDocument(base: PlacedDocument, over: PlacedDocument): PlacedDocument {
  const places = new Map(base.places);
  const value = merge(base.value, over.value, [], places, over.places);
  return { file: over.file, value, places };
}

function merge(
  base: unknown,
  over: unknown,
  path: Path,
  places: Map<string, Place>,
  overPlaces: ReadonlyMap<string, Place>,
): unknown {
  if (!isRecord(base) || !isRecord(over)) {
    movePlaces(path, places, overPlaces);
    return over;
  }
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const at = [...path, name];
    const keyPlace = overPlaces.get(`key:${keyOf(at)}`);
    if (keyPlace !== undefined) places.set(`key:${keyOf(at)}`, keyPlace);
    if (name in base) {
      result[name] = merge(base[name], value, at, places, overPlaces);
    } else {
      movePlaces(at, places, overPlaces);
      result[name] = value;
    }
  }
  return result;
}

function movePlaces(path: Path, places: Map<string, Place>, overPlaces: ReadonlyMap<string, Place>): void {
  const prefix = keyOf(path).slice(0, -1);
  const under = (key: string): boolean => key.replace(/^key:/, '').startsWith(prefix);
  for (const key of places.keys()) if (under(key)) places.delete(key);
  for (const [key, place] of overPlaces) if (under(key)) places.set(key, place);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
