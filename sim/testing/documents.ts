import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Folders whose documents are the project's own. */
const DOCUMENTED = ['sim', 'scenarios', 'web', 'notebooks'];

/** Every document of the project, as a path from its root. */
export function documents(): string[] {
  const isDocument = (path: string): boolean => path.endsWith('.md') && !path.includes('/outputs/');
  const inFolders = DOCUMENTED.flatMap((folder) => filesIn(folder).filter(isDocument));
  const atTop = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  return [...atTop.toSorted(), ...inFolders.toSorted()];
}

function filesIn(folder: string): string[] {
  try {
    const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    return paths.map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
  } catch {
    return [];
  }
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A fenced block: its language, and its lines. */
export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

export function blocksOf(text: string): Block[] {
  return [...text.matchAll(FENCE)].map(([, language, body]) => ({
    language,
    lines: body.split('\n').slice(0, -1),
  }));
}

/** The command lines that a document tells its reader to type: `$ …` in a console block, each line of a shell block. */
export function commandsIn(text: string): string[] {
  const lines = blocksOf(text).flatMap(({ language, lines: all }) => {
    if (language === 'console') return all.filter((line) => line.startsWith(PROMPT)).map(withoutPrompt);
    return language === 'sh' ? all : [];
  });
  return lines.flatMap((line) => line.split(' && ')).map((line) => line.replace(/\s*#.*/, '').trim());
}

const PROMPT = '$ ';

function withoutPrompt(line: string): string {
  return line.slice(PROMPT.length);
}

/** Prints what a command prints. */
export type Shell = (command: string) => Promise<string>;

/**
 * The document with what its commands print today: in each console block, below every command that has something below
 * it, and between `<!-- generated: NAME -->` and `<!-- end -->` what `generate` makes of the name.
 */
export async function rebuilt(text: string, shell: Shell, generate: Shell): Promise<string> {
  const withOutputs = await replaceEach(text, FENCE, async ([whole, language, body]) =>
    language === 'console' ? `\`\`\`console\n${await retyped(body.split('\n').slice(0, -1), shell)}\`\`\`` : whole,
  );
  return replaceEach(
    withOutputs,
    /^(<!-- generated: (\S+) -->\n)[\s\S]*?^<!-- end -->$/gm,
    async ([, opening, name]) => `${opening}\n${await generate(name)}\n<!-- end -->`,
  );
}

async function retyped(lines: readonly string[], shell: Shell): Promise<string> {
  let text = '';
  for (const [i, line] of lines.entries()) {
    if (!line.startsWith(PROMPT)) continue;
    const shown = i + 1 < lines.length && !lines[i + 1].startsWith(PROMPT);
    text += `${line}\n${shown ? await shell(withoutPrompt(line)) : ''}`;
  }
  return text;
}

async function replaceEach(
  text: string,
  pattern: RegExp,
  replacement: (match: RegExpMatchArray) => Promise<string>,
): Promise<string> {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    result += text.slice(end, match.index) + (await replacement(match));
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}

/** Targets of the links to files of the project, as paths from its root. */
export function linksIn(path: string, text: string): string[] {
  const prose = text.replaceAll(FENCE, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  return targets
    .filter((target) => !/^(https?:|mailto:|#)/.test(target))
    .map((target) => join(dirname(path), target.replace(/#.*/, '')));
}
