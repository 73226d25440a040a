import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, YAMLMap } from 'yaml';
import { formatPath, Places, shorten } from './places.ts';
import type { Path, Place } from './places.ts';
import type { Problem } from './scenario-error.ts';
import { ScenarioError } from './scenario-error.ts';

/** Larger files are refused unread. */
export const MAX_FILE_BYTES = 1 << 20;
/** Deeper nesting, and more values once aliases are expanded, are refused. */
export const MAX_DEPTH = 64;
export const MAX_NODES = 100_000;
/** Of many problems of one kind, such as YAML's own, so many are told. */
const MOST_SYNTAX_PROBLEMS = 10;

/** YAML or JSON as plain data, with the place of every value and key. */
export interface PlacedDocument {
  readonly file: string;
  readonly value: unknown;
  readonly places: Places;
  /** What is wrong with it as YAML, though it can be read: duplicate keys, aliases of nothing, unknown tags. */
  readonly problems: readonly Problem[];
}

/** Reads YAML. Throws `ScenarioError` with the place of what cannot be read at all. */
export function readDocument(text: string, file: string): PlacedDocument {
  if (text.length > MAX_FILE_BYTES) {
    throw new ScenarioError([
      problemAt({ file, line: 1, column: 1 }, [], `the file has ${text.length} characters; at most ${MAX_FILE_BYTES}`),
    ]);
  }
  // A byte order mark is no column.
  const plainText = text.replace(/^\uFEFF/, '');
  const placeOf = placesIn(plainText, file);
  const document = parse(plainText, placeOf);
  const reader = new NodeReader(placeOf);
  for (const { code, message, pos } of document.warnings) {
    const tag = shorten(plainText.slice(pos[0], pos[1]));
    const isTag = code === 'TAG_RESOLVE_FAILED';
    reader.complain(pos[0], [], isTag ? `tags such as \`${tag}\` are not read` : plainer(code, message));
  }
  const { contents } = document;
  const places = new Places(contents === null ? placeOf(0) : undefined);
  const value = contents === null ? null : reader.read(contents, [], places);
  return { file, value, places, problems: reader.problems };
}

/** Finds the place of an offset. The parser's own counter of lines loses some in text that it cannot read. */
function placesIn(text: string, file: string): (offset: number) => Place {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (offset) => {
    const at = Math.min(offset, text.length);
    let line = 0;
    for (let step = starts.length; step > 0; step = Math.floor(step / 2)) {
      while (line + step < starts.length && starts[line + step] <= at) line += step;
    }
    return { file, line: line + 1, column: at - starts[line] + 1 };
  };
}

function parse(text: string, placeOf: (offset: number) => Place): Document {
  let document: Document;
  try {
    // Duplicate keys are found below: the parser compares every key with every other.
    document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  } catch {
    // The parser descends by recursion, and ends where the engine's stack does.
    throw new ScenarioError([problemAt(placeOf(0), [], 'too deeply nested to be read')]);
  }
  const seen = new Set<number>();
  const problems: Problem[] = [];
  for (const { code, message, pos } of document.errors) {
    const place = placeOf(pos[0]);
    // What follows on one line is mostly the same slip, seen again.
    if (seen.has(place.line) || problems.length >= MOST_SYNTAX_PROBLEMS) continue;
    seen.add(place.line);
    problems.push(problemAt(place, [], `not valid YAML: ${plainer(code, message)}`));
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return document;
}

/** What the parser says, where it can be said plainer. */
const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  MULTIPLE_DOCS: 'one file holds one scenario, so `---` may stand only at its beginning',
  MULTILINE_IMPLICIT_KEY: 'a key and its `:` must stand on one line (is a `:` missing, or a quote?)',
  RESOURCE_EXHAUSTION: 'too deeply nested to be read',
};

function plainer(code: string, message: string): string {
  return SYNTAX[code] ?? `${message.charAt(0).toLowerCase()}${message.slice(1, 200)}`;
}

function problemAt(place: Place, path: Path, message: string): Problem {
  return { ...place, path: formatPath(path), message };
}

/** Turns YAML nodes into plain data and writes down where each stands. Aliases are expanded, within limits. */
class NodeReader {
  readonly problems: Problem[] = [];
  private readonly placeOf: (offset: number) => Place;
  /** What each anchor stands for, as far as the document is read. */
  private readonly anchors = new Map<string, Node>();
  /** Values that are being read, outermost first, so that an alias of what it stands in is found. */
  private readonly open = new Set<Node>();
  private nodes = 0;

  constructor(placeOf: (offset: number) => Place) {
    this.placeOf = placeOf;
  }

  complain(offset: number, path: Path, message: string): void {
    this.problems.push(problemAt(this.placeOf(offset), path, message));
  }

  read(node: Node, path: Path, places: Places): unknown {
    const offset = node.range?.[0] ?? 0;
    places.value ??= this.placeOf(offset);
    if (++this.nodes > MAX_NODES) {
      this.refuse(offset, path, `more than ${MAX_NODES} values, once aliases are expanded`);
    }
    if (path.length > MAX_DEPTH) this.refuse(offset, [], `nested more than ${MAX_DEPTH} levels deep`);
    if (isAlias(node)) return this.readAlias(node.source, offset, path, places);
    if (node.anchor !== undefined && this.open.size === 0) this.anchors.set(node.anchor, node);
    if (isMap(node)) return this.readMap(node, path, places);
    if (isSeq(node)) {
      return node.items.map((child, i) => this.read(child as Node, [...path, i], places.below(i)));
    }
    return isScalar(node) ? plain(node.value, node.source) : null;
  }

  private readMap(map: YAMLMap, path: Path, places: Places): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    const seen = new Set<string>();
    for (const { key, value } of map.items) {
      const keyOffset = (key as Node | null)?.range?.[0] ?? map.range?.[0] ?? 0;
      if (!isScalar(key)) {
        this.complain(keyOffset, path, 'a key must be plain text');
        continue;
      }
      const name = String(key.value);
      const at = [...path, name];
      const fault = faultOfKey(name, seen);
      if (fault !== undefined) {
        this.complain(keyOffset, at, fault);
        continue;
      }
      seen.add(name);
      const below = places.below(name);
      below.key = this.placeOf(keyOffset);
      entries.push([name, value === null ? null : this.read(value as Node, at, below)]);
    }
    return Object.fromEntries(entries);
  }

  private readAlias(anchor: string, offset: number, path: Path, places: Places): unknown {
    const target = this.anchors.get(anchor);
    if (target === undefined) {
      this.complain(offset, path, `the alias \`*${shorten(anchor)}\` stands for nothing before it`);
      return null;
    }
    if (this.open.has(target)) {
      this.complain(offset, path, `the alias \`*${shorten(anchor)}\` stands for something that it is in itself`);
      return null;
    }
    this.open.add(target);
    const value = this.read(target, path, places);
    this.open.delete(target);
    return value;
  }

  private refuse(offset: number, path: Path, message: string): never {
    throw new ScenarioError([...this.problems, problemAt(this.placeOf(offset), path, message)]);
  }
}

function faultOfKey(name: string, seen: ReadonlySet<string>): string | undefined {
  if (name === '__proto__') return '`__proto__` cannot be a key';
  if (name === '<<') return 'merge keys (`<<`) are not read: repeat the fields, or let the file extend another';
  return seen.has(name) ? `the key \`${shorten(name)}\` is given twice` : undefined;
}

/** Dates and bytes, of older YAML, are the text that they were. */
function plain(value: unknown, source: string | undefined): unknown {
  return typeof value === 'object' && value !== null ? (source ?? null) : value;
}
