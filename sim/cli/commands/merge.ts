import type { Command } from '../command.ts';
import { outputOptions } from '../options.ts';

export const merge: Command = {
  name: 'merge',
  usage: '<rows..>',
  about: 'Join the shards of a sweep, and show what came of it',
  positionals: {
    rows: { type: 'string', array: true, describe: 'Rows files of a sweep, or folders that hold them' },
  },
  options: {
    out: { type: 'string', requiresArg: true, describe: 'Folder for the joined rows' },
    ...outputOptions(['table', 'json', 'markdown', 'csv', 'html', 'svg']),
  },
  examples: [
    ['$0 merge lag', 'all shards in the folder lag'],
    ['$0 merge lag/rows.jsonl -o svg', 'the curves of a sweep that has been run'],
  ],
  run: async (args) => (await import('../actions/merge.ts')).merge(args),
};
