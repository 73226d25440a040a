import { inspect } from 'node:util';

/** What the exit code says. */
export const EXIT = {
  ok: 0,
  /** An expectation, property or case failed. */
  failed: 1,
  /** What was asked for cannot be done: usage, scenario, run file. */
  usage: 2,
  /** A fault of the program's own. */
  fault: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** The command line asks for something that there is not. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Names of errors that are the user's to mend; known by name, so that their modules need not be loaded. */
const USAGE_ERRORS: readonly string[] = [
  'UsageError',
  'YError',
  'ScenarioError',
  'UnknownFigureError',
  'RunFileError',
  'ManifestError',
  'NothingToExplainError',
  'PropertyTestError',
  'SweepError',
  'AblationError',
  'ObjectiveError',
];

/** Says on stderr what went wrong, and returns the exit code for it. */
export function reportError(error: unknown, version: string): number {
  if (error instanceof Error && USAGE_ERRORS.includes(error.name)) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const { node } = process.versions;
  process.stderr.write(
    `overcontrol has a fault of its own:\n\n${inspect(error)}\n\n` +
      'Please report it, with the scenario file and these lines:\n' +
      `  overcontrol ${version}, node ${node}, ${process.platform} ${process.arch}\n` +
      `  ${['overcontrol', ...process.argv.slice(2)].join(' ')}\n`,
  );
  return EXIT.fault;
}
