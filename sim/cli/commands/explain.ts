import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import { DESIGN_OPTIONS, OUT_OPTION, outputOptions, SCENARIO_OPTIONS } from '../options.ts';

/** The outcomes, and the two ways in which a design can differ from `bare`. A test keeps them those of the simulator. */
export const FIRST_KINDS: readonly string[] =
  'killed saved served late wrong rejected timedOut failed dropped unfinished'.split(' ');

/** What there can be most of. */
export const WORST_KINDS: readonly string[] = ['latency', 'dispatches'];

export const explain: Command = {
  name: 'explain',
  usage: '<file>',
  about: "Tell one request's story: what each layer believed, what was true, what it did",
  positionals: SCENARIO_FILE,
  options: {
    first: {
      type: 'string',
      requiresArg: true,
      choices: FIRST_KINDS,
      describe:
        'The first request that ended so; of those killed, the first with the longest chain of conflicts [killed]',
    },
    worst: {
      type: 'string',
      requiresArg: true,
      choices: WORST_KINDS,
      describe: 'The answer that took longest, or the request with most dispatches',
    },
    request: { type: 'string', requiresArg: true, describe: 'The request with this number' },
    ...DESIGN_OPTIONS,
    ...SCENARIO_OPTIONS,
    ...OUT_OPTION,
    ...outputOptions(['table', 'json', 'markdown', 'html', 'chrome-trace', 'otlp']),
  },
  examples: [
    ['$0 explain story.yaml --first timedOut', 'the first request that a timer ended'],
    ['$0 explain story.yaml --worst latency -o chrome-trace --out trace.json', 'open it at ui.perfetto.dev'],
    ['$0 explain story.yaml -o otlp --out trace.json', 'upload it in Jaeger'],
  ],
  run: async (args) => (await import('../actions/explain.ts')).explain(args),
};
