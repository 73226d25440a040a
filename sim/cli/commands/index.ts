/**
 * The subcommands: what help says of them, and nothing that is slow to load. To add one, add a file here, one to
 * `../actions/` that carries it out, and a line below.
 */
import type { Command } from '../command.ts';
import { ablate } from './ablate.ts';
import { audit } from './audit.ts';
import { check } from './check.ts';
import { compare } from './compare.ts';
import { describe } from './describe.ts';
import { diagnose } from './diagnose.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { hunt } from './hunt.ts';
import { importCommand } from './import.ts';
import { init } from './init.ts';
import { lint } from './lint.ts';
import { list } from './list.ts';
import { merge } from './merge.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';
import { sweep } from './sweep.ts';
import { validate } from './validate.ts';
import { web } from './web.ts';

export const COMMANDS: readonly Command[] = [
  compare,
  ablate,
  diagnose,
  audit,
  explain,
  run,
  sweep,
  merge,
  check,
  lint,
  diff,
  hunt,
  list,
  describe,
  schema,
  validate,
  replay,
  init,
  importCommand,
  web,
];
