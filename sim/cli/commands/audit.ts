import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import {
  DESIGN_OPTIONS,
  OUT_OPTION,
  outputOptions,
  REPLICATIONS_OPTION,
  SCENARIO_OPTIONS,
  WORKERS_OPTION,
} from '../options.ts';

export const audit: Command = {
  name: 'audit',
  usage: '<file>',
  about: 'Review a design: its layers, what they do, why it fails, what helps, what suffices, what to watch',
  positionals: SCENARIO_FILE,
  options: {
    guard: {
      type: 'string',
      requiresArg: true,
      describe: 'Write what was measured as expectations to this file, for `check`',
    },
    quick: { type: 'boolean', describe: 'Neither diagnosis nor ablation' },
    yes: { type: 'boolean', describe: 'Run more than 20,000 runs too' },
    ...DESIGN_OPTIONS,
    ...REPLICATIONS_OPTION,
    ...WORKERS_OPTION,
    ...SCENARIO_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'html']),
  },
  examples: [
    ['$0 audit story.yaml -o html --out audit.html', 'one page with charts, that needs nothing else'],
    ['$0 audit story.yaml --guard guard.yaml', 'and the expectations to keep'],
  ],
  run: async (args) => (await import('../actions/audit.ts')).audit(args),
};
