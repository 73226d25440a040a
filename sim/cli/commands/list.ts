import type { Command } from '../command.ts';
import { OUT_OPTION, outputOptions } from '../options.ts';

export const LISTS = ['scenarios', 'layers', 'policies'] as const;

export const list: Command = {
  name: 'list',
  usage: '[what]',
  about: 'List the scenarios, layers and policies that there are',
  positionals: { what: { choices: LISTS, describe: 'Only these' } },
  options: { ...OUT_OPTION, ...outputOptions(['table', 'json', 'markdown', 'csv']) },
  examples: [],
  run: async (args) => (await import('../actions/list.ts')).list(args),
};
