import type { Command } from '../command.ts';
import { OUT_OPTION, outputOptions } from '../options.ts';

export const describe: Command = {
  name: 'describe',
  usage: '<name>',
  about: 'Describe a layer or a policy (its card, parameters, defaults, sources), or a rule of `lint`',
  positionals: { name: { type: 'string', describe: 'Such as rateLimiter, tokenBucket, retry/envoy, OC101' } },
  options: { ...OUT_OPTION, ...outputOptions(['table', 'json', 'markdown', 'html']) },
  examples: [['$0 describe tokenBucket', '']],
  run: async (args) => (await import('../actions/describe.ts')).describe(args),
};
