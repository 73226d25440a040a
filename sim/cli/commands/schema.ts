import type { Command } from '../command.ts';
import { OUT_OPTION } from '../options.ts';

export const schema: Command = {
  name: 'schema',
  usage: '',
  about: 'Print the JSON Schema of scenario files, for editors',
  positionals: {},
  options: OUT_OPTION,
  examples: [],
  run: async (args) => (await import('../actions/schema.ts')).schema(args),
};
