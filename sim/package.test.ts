import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VERSION } from './index.ts';
import { ROOT } from './testing/documents.ts';

/** package.json against what there is. */

interface Target {
  readonly types: string;
  readonly default: string;
}
const { bin, exports, files, sideEffects, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
  exports: Record<string, string | Target>;
  files: string[];
  sideEffects: string[];
  version: string;
};

/** The source that a built file is made of. */
function sourceOf(built: string): string {
  return built.replace('./dist/', '').replace(/(\.d\.ts|\.js)$/, '.ts');
}

it('has the version that the program prints', () => {
  expect(VERSION).toBe(version);
});

it.each(Object.entries(exports))('exports %s from a file that there is, with its types', (_name, target) => {
  const targets = typeof target === 'string' ? [target] : [target.types, target.default];
  for (const one of targets) expect(existsSync(join(ROOT, one.startsWith('./dist/') ? sourceOf(one) : one))).toBe(true);
});

it('installs a program that there is, and ships all that it exports', () => {
  expect(existsSync(join(ROOT, sourceOf(bin['overcontrol'])))).toBe(true);
  const shipped = (path: string): boolean => files.some((file) => path.startsWith(`./${file}`));
  const targets = Object.values(exports).flatMap((target) => (typeof target === 'string' ? target : target.default));
  expect(targets.filter((path) => path !== './package.json' && !shipped(path))).toEqual([]);
  expect(files.filter((file) => file !== 'dist/sim' && !existsSync(join(ROOT, file)))).toEqual([]);
});

it('says that only the command line acts when it is loaded', () => {
  expect(sideEffects).toEqual(['./dist/sim/cli/*.js']);
});
