import type { Command } from '../command.ts';
import { OUT_OPTION, outputOptions, REPLICATIONS_OPTION, SCENARIO_OPTIONS } from '../options.ts';

export const check: Command = {
  name: 'check',
  usage: '<file..>',
  about: 'Judge the `expect` lines of scenarios; exit code 1 if one fails',
  positionals: { file: { type: 'string', array: true, describe: 'Scenario files' } },
  options: {
    ...REPLICATIONS_OPTION,
    ...SCENARIO_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'junit', 'html']),
  },
  examples: [['$0 check scenarios/*.yaml -o junit --out junit.xml', 'for continuous integration']],
  run: async (args) => (await import('../actions/check.ts')).check(args),
};
