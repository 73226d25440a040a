import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { runProgram } from '../program.ts';

/** How the program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HowToRun {
  readonly env?: Readonly<Record<string, string>>;
  /** Ctrl-C is pressed when stderr has said this. */
  readonly interruptAt?: RegExp;
  /** More of what Node is told, before the program. */
  readonly nodeOptions?: readonly string[];
}

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What may change how the program looks, and so must not come from whoever runs the tests. */
const MEDDLERS = ['NO_COLOR', 'FORCE_COLOR', 'COLUMNS', 'CI', 'GITHUB_STEP_SUMMARY', 'NODE_OPTIONS', 'TERM'];

/** Runs the program from its sources, as a process of its own, in the project's folder. */
export async function overcontrol(
  args: readonly string[],
  { env, interruptAt, nodeOptions }: HowToRun = {},
): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !MEDDLERS.includes(name));
  const child = spawn(process.execPath, [...(nodeOptions ?? []), '--import', 'tsx', MAIN, ...args], {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let pressed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (interruptAt === undefined || pressed || !interruptAt.test(stderr)) return;
    pressed = true;
    child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Runs the program within the process of the tests: much sooner there, but not quite as a user does. */
export async function overcontrolHere(args: readonly string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await runProgram(args), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** A file beside this one. */
export function testFile(name: string): string {
  return `sim/cli/testing/${name}`;
}
