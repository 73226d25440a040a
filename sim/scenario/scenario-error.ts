/** What is wrong at one place of a scenario. */
export interface Problem {
  /** The file, as it was given. */
  readonly file: string;
  /** 1-based; 0 where the place is not in the file (a command-line setting). */
  readonly line: number;
  readonly column: number;
  /** The place in the document, such as `world.services.checkout.concurrency`. */
  readonly path: string;
  readonly message: string;
  /** What stands there, if anything. */
  readonly found?: string;
  /** The nearest valid name. */
  readonly hint?: string;
}

/** A scenario that cannot be run: everything that is wrong with it, in the order of the file. */
export class ScenarioError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** One line, as compilers write it: file:line:column: message. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path, message, found, hint } = problem;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const what = path === '' ? '' : `${path}: `;
  const instead = found === undefined ? '' : `, found ${found}`;
  const near = hint === undefined ? '' : `; did you mean \`${hint}\`?`;
  return `${place}: ${what}${message}${instead}${near}`;
}
