import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import { DESIGN_OPTIONS, OUT_OPTION, outputOptions, REPLICATIONS_OPTION, SCENARIO_OPTIONS } from '../options.ts';

export const ablate: Command = {
  name: 'ablate',
  usage: '<file>',
  about: 'Remove the layers in every combination: what each is worth, and the fewest that suffice',
  positionals: SCENARIO_FILE,
  options: {
    objective: {
      type: 'string',
      requiresArg: true,
      describe:
        'What a set of layers must meet, such as "success >= 99.5%"; may be repeated [what the file expects of the design, or else fidelity >= 99.5%]',
    },
    squares: {
      type: 'string',
      requiresArg: true,
      describe: 'Above 8 layers: Williams squares of sampled orders [as many as stay below about 500 designs]',
    },
    yes: { type: 'boolean', describe: 'Run more than 20,000 runs too' },
    ...DESIGN_OPTIONS,
    ...REPLICATIONS_OPTION,
    ...SCENARIO_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'html']),
  },
  examples: [['$0 ablate story.yaml --objective "success >= 99.5%"', 'the smallest stacks that succeed so often']],
  run: async (args) => (await import('../actions/ablate.ts')).ablate(args),
};
