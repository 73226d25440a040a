import type { Command } from '../command.ts';
import { SCENARIO_FILE } from '../command.ts';
import { outputOptions, REPLICATIONS_OPTION, SCENARIO_OPTIONS, WORKERS_OPTION } from '../options.ts';

export const sweep: Command = {
  name: 'sweep',
  usage: '<file>',
  about: 'Vary one or two parameters, draw curves or heat maps, and find where something changes',
  positionals: SCENARIO_FILE,
  options: {
    param: {
      type: 'string',
      requiresArg: true,
      describe: 'path=range: a..b:step, a..b/n, a..b/n:log, or a list a,b,c; a second --param makes a grid',
    },
    lhs: { type: 'string', requiresArg: true, describe: 'That many points of a Latin hypercube over any parameters' },
    design: {
      type: 'string',
      requiresArg: true,
      describe: 'A design; may be repeated [layered, bare; with --phases layered]',
    },
    figure: {
      type: 'string',
      requiresArg: true,
      describe: 'A figure of `run --json`, such as latencyMs.p99; may be repeated [success]',
    },
    phases: {
      type: 'boolean',
      describe: 'Does it recover from its scheduled faults: stable, vulnerable, metastable, overloaded',
    },
    ...REPLICATIONS_OPTION,
    out: {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for the rows: start the same command again, and it goes on where it ended',
    },
    shard: { type: 'string', requiresArg: true, describe: 'i/n: only the i-th of n parts, for `merge`; needs --out' },
    emit: {
      type: 'string',
      requiresArg: true,
      choices: ['kubernetes', 'slurm'],
      describe: 'Print a job that runs this sweep in --shards parts, and run nothing',
    },
    shards: { type: 'string', requiresArg: true, describe: 'With --emit: how many parts', default: '8' },
    yes: { type: 'boolean', describe: 'Run it even if it takes more than 10,000 runs' },
    ...WORKERS_OPTION,
    ...SCENARIO_OPTIONS,
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'html', 'svg']),
  },
  examples: [
    [
      '$0 sweep story.yaml --param balancer.metrics.lag=0s..8s:1s --out lag',
      'how old metrics may be; can be ended and gone on with',
    ],
    ['$0 sweep story.yaml --param sidecar.tries=1..6 --phases', 'from how many tries on it stays down'],
  ],
  run: async (args) => (await import('../actions/sweep.ts')).sweep(args),
};
