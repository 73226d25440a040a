import type { Command } from '../command.ts';
import { OUT_OPTION, outputOptions, REPLICATIONS_OPTION, SCENARIO_OPTIONS, WORKERS_OPTION } from '../options.ts';

export const diff: Command = {
  name: 'diff',
  usage: '<before> [after]',
  about: 'Show two scenarios, or two designs, as a plan: what changes, and what that does',
  positionals: {
    before: { type: 'string', describe: 'Scenario file, or a design of it: file.yaml#design' },
    after: { type: 'string', describe: 'The same; without it two designs of one file (--designs)' },
  },
  options: {
    designs: { type: 'string', requiresArg: true, describe: 'Two designs of the file: before,after' },
    'no-run': { type: 'boolean', describe: 'What changes only: nothing is run' },
    'exit-code': { type: 'boolean', describe: 'Exit code 1 if anything changes; else 0 either way' },
    ...REPLICATIONS_OPTION,
    ...WORKERS_OPTION,
    ...SCENARIO_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'html']),
  },
  examples: [
    ['$0 diff story.yaml#layered story.yaml#propagated', 'two designs of one file'],
    ['$0 diff old.yaml new.yaml --no-run', 'what changes between two files'],
  ],
  run: async (args) => (await import('../actions/diff.ts')).diff(args),
};
