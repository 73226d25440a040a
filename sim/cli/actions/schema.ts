import { Registry } from '../../controllers/registry.ts';
import { scenarioJsonSchema } from '../../scenario/json-schema.ts';
import { EXIT } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { textOption } from '../options.ts';
import { writeFile } from '../present.ts';

/** `overcontrol schema`: the JSON Schema of scenario files. */
export async function schema(args: Arguments): Promise<number> {
  const text = `${JSON.stringify(scenarioJsonSchema(new Registry()), null, 2)}\n`;
  const out = textOption(args, 'out');
  if (out === undefined) process.stdout.write(text);
  else writeFile(out, text);
  return EXIT.ok;
}
