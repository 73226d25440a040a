/**
 * The subcommands: what help says of them, and nothing that is slow to load. To add one, add a file here, one to
 * `../actions/` that carries it out, and a line below.
 */
import type { Command } from '../command.ts';
import { check } from './check.ts';
import { compare } from './compare.ts';
import { describe } from './describe.ts';
import { explain } from './explain.ts';
import { list } from './list.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';
import { web } from './web.ts';

export const COMMANDS: readonly Command[] = [compare, explain, run, check, list, describe, schema, replay, web];
