import type { Command } from '../command.ts';
import { outputOptions } from '../options.ts';

export const replay: Command = {
  name: 'replay',
  usage: '<file>',
  about: 'Run a saved run again; exit code 1 if its digest differs',
  positionals: {
    file: { type: 'string', describe: 'Run file, as `run --out` saves it, or counterexample, as `hunt` does' },
  },
  options: outputOptions(['table', 'json']),
  examples: [],
  run: async (args) => (await import('../actions/replay.ts')).replay(args),
};
