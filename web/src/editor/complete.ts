import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import { ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { Schema, Step } from './schema-walk.ts';
import { lookUp } from './schema-walk.ts';

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>;

/** So long a completion waits for the text before it to be parsed. */
const PARSE_MS = 500;

/** Where the cursor is in a document: the keys that lead there, and whether a value or a key is being written. */
export interface CursorPlace {
  readonly path: readonly Step[];
  readonly siblings: readonly Readonly<Record<string, string>>[];
  readonly writesValue: boolean;
}

/** Completes keys and values from the schema, each with its meaning. */
export function completeFrom(schema: Schema): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w-]*/);
    if (word === null || (word.from === word.to && !context.explicit)) return null;
    const place = placeAt(context.state, word.from);
    const { keys, values } = lookUp(schema, place.path, place.siblings);
    const here = place.siblings.at(-1) ?? {};
    const options: Completion[] = place.writesValue
      ? values.map((label) => ({ label, type: 'enum' }))
      : [...keys]
          .filter(([name]) => !Object.hasOwn(here, name))
          .map(([label, { description }]) => ({
            label,
            apply: `${label}: `,
            type: 'property',
            ...(description === undefined ? {} : { info: description }),
          }));
    return options.length === 0 ? null : { from: word.from, options, validFor: /^[\w-]*$/ };
  };
}

/** By the syntax where it is complete enough (flow maps), else by the indentation of the lines above. */
export function placeAt(state: EditorState, position: number): CursorPlace {
  const flow = flowAt(state, position);
  const line = state.doc.lineAt(position);
  const before = state.sliceDoc(flow?.from ?? line.from, position);
  const outer = blockPath(state, flow === null ? position : flow.from, flow !== null);
  if (flow === null) return outer;
  const inner = /(?:[{,]\s*)([\w-]+):\s*[\w-]*$/.exec(before);
  const siblings = scalarsIn(state.sliceDoc(flow.from, flow.to));
  const path = inner === null ? outer.path : [...outer.path, { key: inner[1] }];
  const all = [...outer.siblings.slice(0, outer.path.length), siblings, ...(inner === null ? [] : [{}])];
  return { path, siblings: all, writesValue: inner !== null };
}

/** The innermost flow map around a position, with the keys of those around it resolved by nesting. */
function flowAt(state: EditorState, position: number): { from: number; to: number } | null {
  const tree = ensureSyntaxTree(state, position, PARSE_MS) ?? syntaxTree(state);
  let node: SyntaxNode | null = tree.resolveInner(position, -1);
  while (node !== null && node.name !== 'FlowMapping') node = node.parent;
  return node === null ? null : { from: node.from, to: node.to };
}

/** The path by indentation: each line above that is indented less opens a key or an item. */
function blockPath(state: EditorState, position: number, isValue: boolean): CursorPlace {
  const line = state.doc.lineAt(position);
  const steps: Step[] = [];
  const siblings: Record<string, string>[] = [];
  const prefix = state.sliceDoc(line.from, position);
  const opened = /^(\s*(?:- )*)([\w.-]+):\s*\S*$/.exec(isValue ? prefix.trimEnd() : prefix);
  let indent = /^\s*/.exec(prefix)![0].length;
  const item = /^(\s*)- /.exec(prefix);
  if (opened !== null) {
    steps.unshift({ key: opened[2] });
    siblings.unshift({});
  }
  siblings.unshift({});
  if (item !== null || (isValue && /^\s*-\s*$/.test(prefix))) {
    steps.unshift({ key: null });
    siblings.unshift({});
    indent = /^\s*/.exec(prefix)![0].length;
  }
  for (let number = line.number - 1; number > 0 && indent >= 0; number--) {
    const text = state.doc.line(number).text;
    if (/^\s*(#|$)/.test(text)) continue;
    const own = /^\s*/.exec(text)![0].length;
    const inItem = /^(\s*)- ([\w.-]+):/.exec(text);
    if (inItem !== null && own < indent && own + 2 >= indent) {
      const scalar = /- ([\w.-]+):\s*([\w.-]+)\s*$/.exec(text);
      if (scalar !== null) siblings[0][scalar[1]] = scalar[2];
      steps.unshift({ key: null });
      siblings.unshift({});
      indent = own;
      continue;
    }
    const key = /^\s*([\w.-]+):/.exec(text)?.[1];
    if (key === undefined) continue;
    if (own === indent) {
      const scalar = /^\s*([\w.-]+):\s*([\w.-]+)\s*$/.exec(text);
      if (scalar !== null && steps[0]?.key !== null) siblings[0][scalar[1]] = scalar[2];
      if (steps[0]?.key !== null || !/:\s*(#.*)?$/.test(text)) continue;
    }
    if (own > indent) continue;
    steps.unshift({ key });
    siblings.unshift({});
    indent = own;
    if (own === 0) break;
  }
  return { path: steps, siblings, writesValue: opened !== null };
}

/** `name: x, kind: retry` of a flow map, without what is nested in it. */
function scalarsIn(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, key, value] of text.replace(/(?<=.)\{[^{}]*\}/gs, '').matchAll(/([\w.-]+):\s*([\w.-]*)/g))
    found[key] = value;
  return found;
}
