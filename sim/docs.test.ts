import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from './cli/commands/index.ts';
import { commandsIn, documents, linksIn, rebuilt, ROOT, textOf } from './testing/documents.ts';
import { documentShell, generate } from './testing/document-shell.ts';

/** The documents against what runs. `npm run docs` writes what the commands in them print today. */

const DOCUMENTS = documents();

/** A comparison takes ten seconds on a machine that does nothing else, and many times that on one that does. */
const LONG_MS = 600_000;

// Whoever runs the tests may have a terminal of another width, or be GitHub Actions.
beforeAll(() => {
  vi.stubEnv('COLUMNS', '');
  vi.stubEnv('GITHUB_STEP_SUMMARY', '');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** Folders directly in sim/, but for those that hold only what tests need. */
const FOLDERS = readdirSync(join(ROOT, 'sim'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
  .map(({ name }) => name);

it.each(FOLDERS)('sim/%s says in a README what it is for', (folder) => {
  expect(DOCUMENTS).toContain(`sim/${folder}/README.md`);
});

describe.each(DOCUMENTS)('%s', (path) => {
  const text = textOf(path);

  it('shows what its commands print', { timeout: LONG_MS }, async () => {
    await expect(await rebuilt(text, documentShell, generate)).toMatchFileSnapshot(join(ROOT, path));
  });

  it('names commands, options and files that there are', () => {
    expect(commandsIn(text).flatMap(misuseOf)).toEqual([]);
  });

  it('links to files that there are', () => {
    expect(linksIn(path, text).filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });
});

it.each(COMMANDS.map(({ name }) => name))('README.md has `%s` in its table of commands', (name) => {
  const table = /^\| command \|[\s\S]*?\n\n/m.exec(textOf('README.md'))?.[0] ?? '';
  expect(table).toMatch(new RegExp(`\`${name}\\b`));
});

it('the scripts that documents name are those that there are', () => {
  const named = DOCUMENTS.flatMap((path) => [...textOf(path).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name));
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  const within = Object.values(scripts).join('\n');
  const unnamed = Object.keys(scripts).filter((name) => !named.includes(name) && !within.includes(`npm run ${name}`));
  // npm knows these two by itself.
  expect(unnamed).toEqual(['prepare', 'test']);
});

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** What is wrong with a command that a document shows. */
function misuseOf(command: string): string[] {
  const words = command.split(' | ')[0].split(' ');
  if (words[0] === 'npm') return misuseOfNpm(words.slice(1), command);
  const [npx, program, name, ...args] = words;
  if (npx !== 'npx' || program !== 'overcontrol') return [`what is \`${command}\`?`];
  const known = COMMANDS.find((one) => one.name === name);
  if (known === undefined) return name === 'completion' ? [] : [`there is no command for \`${command}\``];
  const options = args.filter((arg) => /^--?[a-z]/.test(arg)).map((arg) => arg.replace(/^--?/, '').split('=')[0]);
  const aliases = Object.values(known.options).map(({ alias }) => alias);
  const unknown = options.filter((option) => !(option in known.options) && !aliases.includes(option));
  const files = args.filter((arg) => /^scenarios\/.*\.yaml$/.test(arg) && !existsSync(join(ROOT, arg)));
  return [...unknown, ...files].map((word) => `there is no ${word}: \`${command}\``);
}

function misuseOfNpm([verb, script]: readonly string[], command: string): string[] {
  const fine = verb === 'run' ? script in scripts : ['install', 'ci', 'test', 'pack'].includes(verb);
  return fine ? [] : [`there is no script for \`${command}\``];
}
