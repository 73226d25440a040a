import type { PositionalOptions } from 'yargs';
import type { Arguments, OptionTable } from './options.ts';

/** A subcommand. What carries it out is imported when it runs, so that help is there at once. */
export interface Command {
  readonly name: string;
  /** Its arguments as usage shows them, such as `<file>`. */
  readonly usage: string;
  readonly about: string;
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly options: OptionTable;
  readonly examples: readonly (readonly [string, string])[];
  /** Returns the exit code. */
  run(args: Arguments): Promise<number>;
}

export const SCENARIO_FILE: Command['positionals'] = {
  file: { type: 'string', describe: 'Scenario file (YAML or JSON)' },
};
