import type { Command } from '../command.ts';
import { OUT_OPTION, outputOptions } from '../options.ts';

export const lint: Command = {
  name: 'lint',
  usage: '<file..>',
  about: 'Warn of what is wrong with designs, by what is written alone; nothing is run',
  positionals: { file: { type: 'string', array: true, describe: 'Scenario files' } },
  options: {
    design: { type: 'string', requiresArg: true, describe: 'Only this design; may be repeated' },
    ignore: { type: 'string', requiresArg: true, describe: 'Leave out these rules (OC101,OC202); may be repeated' },
    set: {
      type: 'string',
      requiresArg: true,
      describe: 'Setting by path, such as breaker.waitOpen=5s; may be repeated',
    },
    strict: { type: 'boolean', describe: 'Exit code 1 if there is a warning; else warnings are only shown' },
    'no-notes': { type: 'boolean', describe: 'Warnings only: not the defaults that the design relies on' },
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'junit', 'html']),
  },
  examples: [
    ['$0 lint scenarios/*.yaml --strict', 'for continuous integration'],
    ['$0 describe OC101', 'what a rule finds, why that matters, what to do'],
  ],
  run: async (args) => (await import('../actions/lint.ts')).lint(args),
};
