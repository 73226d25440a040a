import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Registry } from '../../index.ts';
import { scenarioJsonSchema } from '../../scenario/json-schema.ts';
import { nameSchema } from '../../scenario/schema.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { isSet } from '../options.ts';
import { note } from '../present.ts';
import { SCHEMA_FILE, starterScenario } from '../starter.ts';

/** What a folder's scenario is called. */
const DEFAULT_NAME = 'scenario';

/** `overcontrol init`: a scenario to begin with. */
export async function init(args: Arguments): Promise<number> {
  const file = fileFor(String(args['name']));
  const name = basename(file).replace(/\.ya?ml$/, '');
  const wrong = nameSchema.safeParse(name).error?.issues[0].message;
  if (wrong !== undefined) throw new UsageError(`init: ${wrong}, not \`${name}\``);
  const files = new Map([
    [file, starterScenario(name)],
    [join(dirname(file), SCHEMA_FILE), `${JSON.stringify(scenarioJsonSchema(new Registry()), null, 2)}\n`],
  ]);
  const there = [...files.keys()].filter((one) => existsSync(one));
  // The schema is the same for every scenario of a folder: only what somebody has written is to be kept.
  const kept = there.filter((one) => one === file);
  if (kept.length > 0 && !isSet(args, 'force')) {
    throw new UsageError(`init: ${kept.join(', ')} is there already; --force writes over it.`);
  }
  writeAll(isSet(args, 'force') ? files : new Map([...files].filter(([one]) => !there.includes(one))));
  note(`Try: overcontrol compare ${file}`);
  return EXIT.ok;
}

function fileFor(given: string): string {
  if (/\.ya?ml$/.test(given)) return given;
  const isFolder = given.endsWith('/') || given === '.' || (existsSync(given) && statSync(given).isDirectory());
  return isFolder ? join(given, `${DEFAULT_NAME}.yaml`) : `${given}.yaml`;
}

function writeAll(files: ReadonlyMap<string, string>): void {
  for (const [file, text] of files) {
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } catch (error) {
      throw new UsageError(`init: cannot write ${file}: ${(error as Error).message}`);
    }
    process.stdout.write(`${file}\n`);
  }
}
