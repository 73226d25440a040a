import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { blocksOf, ROOT } from './documents.ts';

/** What a copy of the project needs to be compiled, tested and run. */
const COPIED = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'sim', 'scenarios'];

/** A copy of the project, in which a guide is followed to the letter. */
export class ProjectCopy {
  readonly root = mkdtempSync(join(tmpdir(), 'overcontrol-guide-'));

  constructor() {
    const isKept = (path: string): boolean => basename(path) !== 'node_modules';
    for (const name of COPIED) cpSync(join(ROOT, name), join(this.root, name), { recursive: true, filter: isKept });
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'), 'junction');
  }

  /**
   * Writes the files that a guide shows (blocks whose first line is a comment with a path), and applies its changes to
   * files that there are (`diff` blocks). Returns the paths, in the order of the guide.
   */
  follow(guide: string): string[] {
    return blocksOf(guide).flatMap(({ language, lines }) => {
      const [first, ...rest] = lines;
      const [, path] = /^(?:\/\/|#|---) (\S+\.\w+)$/.exec(first) ?? [];
      if (path === undefined) return [];
      if (language === 'diff') this.change(path, rest);
      else this.write(path, rest);
      return [path];
    });
  }

  /** What a program of the project prints, and how it ends. */
  run(
    program: 'tsc' | 'tsx' | 'vitest',
    args: readonly string[],
  ): { readonly status: number | null; readonly output: string } {
    const command = join(this.root, 'node_modules', '.bin', program);
    // Node warns of the two together.
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, COLUMNS: '' };
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: this.root, env, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private write(path: string, lines: readonly string[]): void {
    const file = join(this.root, path);
    if (existsSync(file)) throw new Error(`${path} is there already`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  }

  /** Puts lines with `+` before the next line without, which must be there, once. */
  private change(path: string, lines: readonly string[]): void {
    const file = join(this.root, path);
    let text = readFileSync(file, 'utf8');
    let added = '';
    for (const line of lines) {
      if (line.startsWith('+')) {
        added += `${line.slice(1)}\n`;
        continue;
      }
      const anchor = `\n${line.slice(1)}\n`;
      const places = text.split(anchor).length - 1;
      if (places !== 1) throw new Error(`${path} has ${places} lines \`${line.slice(1)}\``);
      text = text.replace(anchor, () => `\n${added}${anchor.slice(1)}`);
      added = '';
    }
    writeFileSync(file, text);
  }
}
