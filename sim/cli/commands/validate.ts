import type { Command } from '../command.ts';
import { OUT_OPTION, outputOptions } from '../options.ts';

export const validate: Command = {
  name: 'validate',
  usage: '[case..]',
  about: 'Hold the simulator against theory and published results; exit code 1 if a figure is off',
  positionals: { case: { type: 'string', array: true, describe: 'Only cases whose names contain this' } },
  options: {
    short: { type: 'boolean', describe: 'Only the quick cases' },
    verbose: { type: 'boolean', describe: 'Say what each case came to as it is done (on stderr)' },
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'junit', 'html']),
  },
  examples: [
    ['$0 validate --short', 'in half a minute'],
    ['$0 validate stale-crossover', 'when a smart balancer is worse than random'],
  ],
  run: async (args) => (await import('../actions/validate.ts')).validateLibrary(args),
};
