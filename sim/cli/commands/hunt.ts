import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import { OUT_OPTION, outputOptions, SCENARIO_OPTIONS } from '../options.ts';

export const hunt: Command = {
  name: 'hunt',
  usage: '<file>',
  about: 'Look for the smallest world, fault or setting that breaks the `expect` lines; exit code 1 if there is one',
  positionals: SCENARIO_FILE,
  options: {
    for: { type: 'string', requiresArg: true, describe: 'Time for it, such as 60s', default: '60s' },
    cases: { type: 'string', requiresArg: true, describe: 'Most cases', default: '10000' },
    replications: { type: 'string', requiresArg: true, describe: 'Seeds of each case', default: '5' },
    vary: {
      type: 'string',
      requiresArg: true,
      describe:
        'What is varied, in place of everything: path=low..high, faults, surge=3, settings, traffic, topology, or the name of a layer to leave out; may be repeated',
    },
    corpus: { type: 'string', requiresArg: true, describe: 'Folder of counterexamples [beside the file]' },
    'no-save': { type: 'boolean', describe: 'Save nothing' },
    ...SCENARIO_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'junit', 'html']),
  },
  examples: [
    ['$0 hunt story.yaml --for 2m', 'everything, for two minutes'],
    ['$0 hunt story.yaml --vary breaker.metrics.lag=0s..20s --vary faults', 'one setting, and any fault'],
  ],
  run: async (args) => (await import('../actions/hunt.ts')).hunt(args),
};
