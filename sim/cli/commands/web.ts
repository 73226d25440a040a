import type { Command } from '../command.ts';

export const web: Command = {
  name: 'web',
  usage: '[file]',
  about: 'Show a scenario in the browser: what each layer believes beside what is true',
  positionals: { file: { type: 'string', describe: 'Scenario file; without it the page opens its first story' } },
  options: {
    port: {
      type: 'string',
      requiresArg: true,
      describe: 'Port of this machine; 0 for any that is free',
      default: '4100',
    },
  },
  examples: [
    ['$0 web', 'the load balancer story'],
    ['$0 web story.yaml', 'a scenario of your own'],
  ],
  run: async (args) => (await import('../actions/web.ts')).web(args),
};
