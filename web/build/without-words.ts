import { parseAst } from 'vite';
import type { Plugin } from 'vite';

/** The simulator's files in which controllers and parameters are described. */
const DESCRIBED = /\/sim\/(controllers|scenario)\/.*\.ts$/;

/** Properties whose text is documentation. */
const TEXTS = new Set(['about', 'description']);
/** Properties that are documentation in lists. */
const LISTS = new Set(['sources', 'knownToGetWrong']);
/** Properties whose object has nothing but documentation. */
const CARDS = new Set(['card', 'ideals']);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly put: string;
}

/**
 * Leaves out of the page's script what only `describe`, the linter and the schema say of controllers and their
 * parameters: an eighth of it. The reader's complaints stay, word for word; the editor has the shipped schema.
 */
export function withoutWords(): Plugin {
  return {
    name: 'overcontrol:without-words',
    apply: 'build',
    transform: {
      filter: { id: DESCRIBED },
      handler: (code) => ({ code: cutWords(code), map: null }),
    },
  };
}

/** A module's code with its documentation properties left empty. */
export function cutWords(code: string): string {
  const cuts: Cut[] = [];
  visit(parseAst(code) as unknown as Node, cuts);
  let rest = '';
  let from = 0;
  for (const { start, end, put } of cuts.toSorted((a, b) => a.start - b.start)) {
    rest += code.slice(from, start) + put;
    from = end;
  }
  return rest + code.slice(from);
}

function visit(node: Node, cuts: Cut[]): void {
  const cut = cutOf(node);
  if (cut !== undefined) {
    cuts.push(cut);
    return;
  }
  for (const child of Object.values(node)) {
    if (Array.isArray(child)) child.filter(isNode).forEach((one) => visit(one, cuts));
    else if (isNode(child)) visit(child, cuts);
  }
}

/** What to put in the place of a node; undefined where its parts are to be looked at. */
function cutOf(node: Node): Cut | undefined {
  if (node.type === 'Property') {
    const { name } = node['key'] as { name?: string };
    const value = node['value'] as Node;
    const { start, end } = value;
    if (name === undefined) return undefined;
    if (TEXTS.has(name) && isText(value)) return { start, end, put: "''" };
    if (LISTS.has(name) && value.type === 'ArrayExpression') return { start, end, put: '[]' };
    if (CARDS.has(name) && value.type === 'ObjectExpression') return { start, end, put: '{}' };
    return undefined;
  }
  if (node.type !== 'CallExpression') return undefined;
  const callee = node['callee'] as Node;
  const [text, ...more] = node['arguments'] as readonly Node[];
  if (callee.type !== 'MemberExpression' || more.length > 0 || text === undefined || !isText(text)) return undefined;
  const { name } = callee['property'] as { name?: string };
  // `schema.describe('…')` is `schema`.
  return name === 'describe' ? { start: (callee['object'] as Node).end, end: node.end, put: '' } : undefined;
}

function isText({ type, value }: Node): boolean {
  return type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
