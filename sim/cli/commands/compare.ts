import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import {
  MEASURE_OPTIONS,
  OUT_OPTION,
  outputOptions,
  REPLICATIONS_OPTION,
  SCENARIO_OPTIONS,
  WORKERS_OPTION,
} from '../options.ts';

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
    param: {
      type: 'string',
      requiresArg: true,
      describe: 'path=range: compare at every value (a..b:step, a..b/n, a,b,c); may be repeated',
    },
    precision: {
      type: 'string',
      requiresArg: true,
      describe: 'Add seeds until no 95 % interval is wider, end to end, than so many points: 0.2pp',
    },
    limit: { type: 'string', requiresArg: true, describe: 'With --precision: no more seeds than this', default: '200' },
    ...REPLICATIONS_OPTION,
    ...WORKERS_OPTION,
    ...SCENARIO_OPTIONS,
    ...MEASURE_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'junit', 'html']),
  },
  examples: [
    ['$0 compare story.yaml --replications 5', 'five seeds instead of those of the file'],
    ['$0 compare story.yaml --precision 0.2pp', 'as many seeds as it takes'],
    ['$0 compare story.yaml --param breaker.waitOpen=5s,15s,30s', 'a table for each value'],
  ],
  run: async (args) => (await import('../actions/compare.ts')).compare(args),
};
