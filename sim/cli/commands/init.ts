import type { Command } from '../command.ts';

export const init: Command = {
  name: 'init',
  usage: '[name]',
  about: 'Write a scenario to begin with, with comments, and its schema for editors',
  positionals: {
    name: { type: 'string', default: 'scenario', describe: 'A name (shop), a file (shop.yaml), or a folder (shop/)' },
  },
  options: { force: { type: 'boolean', describe: 'Write over files that are there' } },
  examples: [
    ['$0 init shop', 'writes shop.yaml and scenario.schema.json'],
    ['$0 init shop/', 'writes them into the folder, and makes it if need be'],
  ],
  run: async (args) => (await import('../actions/init.ts')).init(args),
};
