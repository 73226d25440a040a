import { readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * Reads the sources as syntax, not as text, and finds what would make a run differ between engines or between runs, and
 * imports that point up the house's order.
 */

/** Folders of sim/, from the ground up; those of one line do not stand on each other. */
const ORDER: readonly (readonly string[])[] = [
  ['kernel'],
  ['units'],
  ['world'],
  ['signals'],
  ['stack'],
  ['controllers'],
  ['measure'],
  ['scenario'],
  ['importers'],
  ['experiments'],
  ['properties'],
  ['reports', 'cli'],
];

/** Faces, importers and measurements: not part of a run. */
const FREE_FOLDERS = ['cli', 'reports', 'importers', 'bench'];

/** Functions that every engine computes to the same bit, and the constants. */
const EXACT_MATH = new Set(
  ['sqrt', 'floor', 'abs', 'min', 'max', 'imul', 'clz32', 'fround'].concat(['LN2', 'SQRT1_2', 'PI', 'E']),
);

const CLOCKS_AND_CHANCE = new Set([
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'requestAnimationFrame',
  'crypto',
]);

const NODE_GLOBALS = new Set(['process', 'Buffer', 'require', '__dirname', '__filename', 'global']);
const GLOBAL_OBJECTS = new Set(['globalThis', 'window', 'self', 'global']);

/** Reports one problem at a node. */
type Report = (node: ts.Node, problem: string) => void;

function inspect(path: string, text: string, check: (file: ts.SourceFile, report: Report) => void): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const problems: string[] = [];
  check(file, (node, problem) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    problems.push(`${path}:${line + 1}: ${problem}`);
  });
  return problems;
}

function visit(node: ts.Node, act: (node: ts.Node) => void): void {
  act(node);
  node.forEachChild((child) => visit(child, act));
}

/** Problems that would make results depend on the engine, the clock or chance. */
function impurities(path: string, text: string): string[] {
  return inspect(path, text, (file, report) => {
    const declared = declaredNames(file);
    const mayUseNode = touchesTheSystem(path);
    visit(file, (node) => {
      checkPower(node, report);
      checkName(node, declared, mayUseNode, report);
      const specifier = moduleSpecifier(node);
      if (specifier !== undefined && isBuiltin(specifier) && !mayUseNode) {
        report(node, `${specifier} is Node's own: only the worker pool and *.node.ts may import it`);
      }
    });
  });
}

/** The worker pool and the reading of files. */
function touchesTheSystem(path: string): boolean {
  return path.endsWith('.node.ts') || /^sim\/experiments\/pool(\/|\.ts$)/.test(path);
}

function checkPower(node: ts.Node, report: Report): void {
  if (node.kind === ts.SyntaxKind.AsteriskAsteriskToken || node.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) {
    report(node, '** differs between engines: use pow of sim/kernel/math.ts');
  }
}

function checkName(node: ts.Node, declared: ReadonlySet<string>, mayUseNode: boolean, report: Report): void {
  const name = globalName(node);
  if (name === undefined) return;
  if (name === 'Math') {
    const member = memberOf(node);
    if (member === undefined) report(node, 'Math as a value hides what is used of it: write Math.member');
    else if (!EXACT_MATH.has(member)) report(node, `Math.${member} differs between engines: see sim/kernel/math.ts`);
  } else if (name === 'Date' || (CLOCKS_AND_CHANCE.has(name) && !declared.has(name))) {
    report(node, `${name} depends on the clock or on chance`);
  } else if (NODE_GLOBALS.has(name) && !declared.has(name) && !mayUseNode) {
    report(node, `${name} is Node's own`);
  }
}

/** The name by which this node speaks of something global, if it may: `Math`, or `Math` of `globalThis.Math`. */
function globalName(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return isNameOfMember(node) ? undefined : node.text;
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return undefined;
  const isGlobal = ts.isIdentifier(node.expression) && GLOBAL_OBJECTS.has(node.expression.text);
  return isGlobal ? memberName(node) : undefined;
}

/** Whether this identifier names a member (`a.Date`, `{ Date: 1 }`, a method) and so nothing global. */
function isNameOfMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return parent.propertyName === node;
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isGetAccessor(parent) ||
    ts.isSetAccessor(parent) ||
    ts.isNamedTupleMember(parent);
  return named && parent.name === node;
}

/** `x` of `node.x` or `node['x']`. */
function memberOf(node: ts.Node): string | undefined {
  const { parent } = node;
  const isAccess = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
  return isAccess && parent.expression === node ? memberName(parent) : undefined;
}

function memberName(access: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | undefined {
  if (ts.isPropertyAccessExpression(access)) return access.name.text;
  return ts.isStringLiteralLike(access.argumentExpression) ? access.argumentExpression.text : undefined;
}

/** Names that the file binds itself, anywhere. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  visit(file, (node) => {
    const binds =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isNamespaceImport(node) ||
      ts.isImportClause(node);
    if (binds && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}

/** What a node imports, in any of the ways to import. */
function moduleSpecifier(node: ts.Node): string | undefined {
  let specifier: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier = node.moduleSpecifier;
  else if (ts.isExternalModuleReference(node)) specifier = node.expression;
  else if (ts.isImportTypeNode(node))
    specifier = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  else if (ts.isCallExpression(node) && isImportCall(node)) specifier = node.arguments[0];
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}

function isImportCall({ expression }: ts.CallExpression): boolean {
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require')
  );
}

/** Imports that point up the house's order, out of sim/, or to test code. */
function upwardImports(path: string, text: string): string[] {
  return inspect(path, text, (file, report) => {
    visit(file, (node) => {
      const specifier = moduleSpecifier(node);
      const target = specifier === undefined ? undefined : targetOf(path, specifier);
      const problem = target === undefined ? undefined : directionProblem(path, target);
      if (problem !== undefined) report(node, problem);
    });
  });
}

/** The project's file that is imported; undefined for packages. */
function targetOf(path: string, specifier: string): string | undefined {
  if (specifier === 'overcontrol') return 'sim/index.ts';
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
}

function directionProblem(from: string, to: string): string | undefined {
  if (to === 'package.json') return undefined;
  if (!to.startsWith('sim/')) return `${to} is outside sim/`;
  if (/\/testing\/|\.test\.ts$/.test(to)) return `${to} is test code`;
  if (from === 'sim/index.ts') return undefined;
  const fromRank = rank(from);
  const toRank = rank(to);
  if (fromRank < 0) return `${from} has no place in the house's order`;
  if (toRank < 0) return `${to} has no place in the house's order`;
  return toRank > fromRank ? `${to} is above ${folderOf(from)}/` : undefined;
}

/** The folder under sim/; what lies directly in sim/ is none. */
function folderOf(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? parts[1] : '';
}

/** Height in the house; the index and its like are as high as the faces. */
function rank(path: string): number {
  const folder = folderOf(path);
  return folder === '' ? ORDER.length - 1 : ORDER.findIndex((floor) => floor.includes(folder));
}

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Sources under sim/ that are neither tests nor for tests alone. */
const SOURCES: readonly string[] = readdirSync(join(ROOT, 'sim'), { recursive: true, encoding: 'utf8' })
  .map((path) => posix.join('sim', path.replaceAll('\\', '/')))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('.d.ts'))
  .filter((path) => !path.includes('/testing/'))
  .toSorted();

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

describe('the sources', () => {
  it('are found', () => {
    expect(SOURCES).toContain('sim/kernel/math.ts');
    expect(SOURCES).toContain('sim/kernel/distributions/index.ts');
    expect(SOURCES).toContain('sim/units/duration.ts');
    expect(SOURCES).not.toContain('sim/sources.test.ts');
  });

  it('use nothing that differs between engines, and neither clock, chance nor Node', () => {
    const pure = SOURCES.filter((path) => !FREE_FOLDERS.includes(folderOf(path)));
    expect(pure.flatMap((path) => impurities(path, read(path)))).toEqual([]);
  });

  it('import only what lies below them', () => {
    const ordered = SOURCES.filter((path) => folderOf(path) !== 'bench');
    expect(ordered.flatMap((path) => upwardImports(path, read(path)))).toEqual([]);
  });
});

describe('the check of purity', () => {
  const check = (text: string, path = 'sim/world/x.ts') => impurities(path, text);

  it.each([
    'const x = Math.log(2);',
    'const x = Math.pow(2, 3);',
    'const x = Math.random();',
    'const x = Math.round(2.5);',
    'const x = Math.ceil(2.5);',
    'const x = Math.LN10;',
    "const x = Math['log'](2);",
    'const x = Math?.log(2);',
    'const x = (name: "log") => Math[name](2);',
    'const { log } = Math;',
    'const m = Math;',
    'const x = [1].map(Math.exp);',
    'const x = { Math };',
    'const x = globalThis.Math.log(2);',
    "const x = globalThis['Math'].log(2);",
    'const x = 2 ** 3;',
    'let x = 2; x **= 3;',
    'const x = Date.now();',
    'const x = new Date();',
    'function f(at: Date): void {}',
    'const x = globalThis.Date.now();',
    'const x = performance.now();',
    'setTimeout(() => {}, 5);',
    'globalThis.setTimeout(() => {}, 5);',
    'window.setInterval(() => {}, 5);',
    'crypto.getRandomValues(new Uint8Array(1));',
    "import { readFileSync } from 'node:fs';",
    "import fs from 'fs';",
    "import type { Worker } from 'node:worker_threads';",
    "export { join } from 'node:path';",
    "export * from 'path';",
    "const fs = await import('node:fs');",
    "const fs = await import('fs/promises');",
    "import fs = require('node:fs');",
    "type Stats = import('node:fs').Stats;",
    "const x = process.env['HOME'];",
    'const x = `${Math.sin(1)}`;',
  ])('finds %s', (line) => {
    const problems = check(`// first line\n${line}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^sim\/world\/x\.ts:2: /);
  });

  it('finds the use of a required module, and the requiring itself', () => {
    expect(check("const fs = require('node:fs');")).toHaveLength(2);
  });

  it.each([
    'const x = Math.sqrt(2) + Math.floor(2.5) + Math.abs(-1) + Math.min(1, 2) + Math.max(1, 2);',
    'const x = Math.imul(2, 3) + Math.clz32(1) + Math.fround(0.1);',
    'const x = Math.LN2 + Math.SQRT1_2 + Math.PI + Math.E;',
    "const x = Math['floor'](2.5);",
    '/** Math.log, Date.now() and 2 ** 3 are not used. */',
    '// Math.random() setTimeout()',
    "const x = 'Math.log(2) ** Date.now()';",
    'const x = `Math.random() ${1} **`;',
    'const x = { Date: 1, performance: 2 }; const y = x.Date + x.performance;',
    'interface X { Date: number; process(): void }',
    'class X { process(): void {} run(): void { this.process(); } }',
    'function f(process: number): number { return process; }',
    'const performance = 3; const x = performance + 1;',
    "import { log } from '../kernel/math.ts'; const x = log(2);",
    "import { z } from 'zod';",
    'const x = 2 * 3;',
  ])('allows %s', (line) => {
    expect(check(line)).toEqual([]);
  });

  it('names file and line of every finding', () => {
    expect(check('const a = 1;\n\nconst b = Math.sin(a);\nconst c = a ** b;\n', 'sim/stack/deep/y.ts')).toEqual([
      'sim/stack/deep/y.ts:3: Math.sin differs between engines: see sim/kernel/math.ts',
      'sim/stack/deep/y.ts:4: ** differs between engines: use pow of sim/kernel/math.ts',
    ]);
  });

  it('lets the worker pool and files named .node.ts use Node, but no clock', () => {
    const text = "import { cpus } from 'node:os';\nconst home = process.env;\n";
    for (const path of ['sim/experiments/pool.ts', 'sim/experiments/pool/worker.ts', 'sim/scenario/read.node.ts']) {
      expect(check(text, path)).toEqual([]);
      expect(check('Date.now();', path)).toHaveLength(1);
    }
    for (const path of ['sim/experiments/pooling.ts', 'sim/world/pool.ts', 'sim/experiments/run.ts']) {
      expect(check(text, path)).toHaveLength(2);
    }
  });
});

describe('the check of direction', () => {
  const check = (path: string, specifier: string) => upwardImports(path, `import { x } from '${specifier}';`);

  it.each([
    ['sim/kernel/a.ts', '../units/duration.ts'],
    ['sim/kernel/deep/a.ts', '../../world/service.ts'],
    ['sim/world/a.ts', '../signals/view.ts'],
    ['sim/stack/a.ts', '../controllers/definition.ts'],
    ['sim/controllers/retry/a.ts', '../../measure/ledger.ts'],
    ['sim/measure/a.ts', '../scenario/schema.ts'],
    ['sim/scenario/a.ts', '../experiments/run.ts'],
    ['sim/scenario/a.ts', '../importers/istio.ts'],
    ['sim/importers/a.ts', '../experiments/run.ts'],
    ['sim/experiments/a.ts', '../properties/arbitraries.ts'],
    ['sim/properties/a.ts', '../cli/main.ts'],
    ['sim/kernel/a.ts', '../index.ts'],
    ['sim/experiments/a.ts', 'overcontrol'],
    ['sim/world/a.ts', '../../web/page.ts'],
    ['sim/world/a.ts', '../kernel/testing/golden.ts'],
    ['sim/world/a.ts', './b.test.ts'],
    ['sim/world/a.ts', '../elsewhere/b.ts'],
    ['sim/elsewhere/a.ts', '../kernel/math.ts'],
    ['sim/index.ts', '../web/page.ts'],
  ])('finds that %s imports %s', (path, specifier) => {
    const problems = check(path, specifier);
    expect(problems).toHaveLength(1);
    expect(problems[0].startsWith(`${path}:1: `)).toBe(true);
  });

  it.each([
    ['sim/kernel/a.ts', './math.ts'],
    ['sim/kernel/distributions/a.ts', '../math.ts'],
    ['sim/units/a.ts', '../kernel/time.ts'],
    ['sim/controllers/retry/a.ts', '../../stack/result.ts'],
    ['sim/controllers/retry/a.ts', '../definition.ts'],
    ['sim/cli/a.ts', '../reports/table.ts'],
    ['sim/cli/a.ts', '../index.ts'],
    ['sim/cli/a.ts', '../../package.json'],
    ['sim/index.ts', './cli/main.ts'],
    ['sim/index.ts', './kernel/kernel.ts'],
    ['sim/kernel/a.ts', 'seedrandom'],
  ])('allows that %s imports %s', (path, specifier) => {
    expect(check(path, specifier)).toEqual([]);
  });

  it('sees every way to import', () => {
    const lines = [
      "import type { X } from '../world/x.ts';",
      "export { y } from '../world/y.ts';",
      "export * from '../world/z.ts';",
      "import '../world/side-effect.ts';",
      "const later = await import('../world/later.ts');",
      "type Far = import('../world/far.ts').Far;",
    ];
    const problems = upwardImports('sim/kernel/a.ts', lines.join('\n'));
    expect(problems.map((problem) => problem.split(':')[1])).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(problems[0]).toBe('sim/kernel/a.ts:1: sim/world/x.ts is above kernel/');
  });
});
