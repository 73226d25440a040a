import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import { DESIGN_OPTIONS, OUT_OPTION, outputOptions, REPLICATIONS_OPTION, SCENARIO_OPTIONS } from '../options.ts';

export const diagnose: Command = {
  name: 'diagnose',
  usage: '<file>',
  about: 'Find why control fails: late views, hidden detail, outdated memory, or the policy itself',
  positionals: SCENARIO_FILE,
  options: {
    'whole-only': { type: 'boolean', describe: 'Do not diagnose each layer by itself' },
    yes: { type: 'boolean', describe: 'Run more than 20,000 runs too' },
    ...DESIGN_OPTIONS,
    ...REPLICATIONS_OPTION,
    ...SCENARIO_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'html']),
  },
  examples: [['$0 diagnose story.yaml --design no-breaker', 'why that design fails']],
  run: async (args) => (await import('../actions/diagnose.ts')).diagnose(args),
};
