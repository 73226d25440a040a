import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import { MEASURE_OPTIONS, OUT_OPTION, outputOptions, REPLICATIONS_OPTION, SCENARIO_OPTIONS } from '../options.ts';

export const compare: Command = {
  name: 'compare',
  usage: '<file>',
  about: 'Run all designs over the same worlds, and show what each layer kills and saves',
  positionals: SCENARIO_FILE,
  options: {
    design: { type: 'string', requiresArg: true, describe: 'Only `layered` and this design; may be repeated' },
    without: {
      type: 'string',
      requiresArg: true,
      describe: '`layered` without these layers (a,b) too; may be repeated',
    },
    only: {
      type: 'string',
      requiresArg: true,
      describe: '`layered` with these layers (a,b) only, too; may be repeated',
    },
    ...REPLICATIONS_OPTION,
    ...SCENARIO_OPTIONS,
    ...MEASURE_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'html']),
  },
  examples: [['$0 compare story.yaml --replications 5', 'five seeds instead of those of the file']],
  run: async (args) => (await import('../actions/compare.ts')).compare(args),
};
