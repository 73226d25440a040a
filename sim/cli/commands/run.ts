import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import { DESIGN_OPTIONS, MEASURE_OPTIONS, outputOptions, REPLICATIONS_OPTION, SCENARIO_OPTIONS } from '../options.ts';

export const run: Command = {
  name: 'run',
  usage: '<file>',
  about: 'Run one design, and show how requests ended and what each layer did',
  positionals: SCENARIO_FILE,
  options: {
    ...DESIGN_OPTIONS,
    ...REPLICATIONS_OPTION,
    ...SCENARIO_OPTIONS,
    ...MEASURE_OPTIONS,
    expect: { type: 'boolean', describe: "Judge the design's `expect` lines too" },
    out: { type: 'string', requiresArg: true, describe: 'Save the run to this file, for `replay`' },
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'html']),
  },
  examples: [['$0 run story.yaml --without breaker', 'the stack without its breaker']],
  run: async (args) => (await import('../actions/run.ts')).run(args),
};
