import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mergeShards, parseRowsFile, SweepError, sweepResult, WHOLE } from '../../index.ts';
import type { RowsFile } from '../../index.ts';
import { RowsFolder } from '../../node.ts';
import { EXIT } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { textOption } from '../options.ts';
import { note } from '../present.ts';
import { presentSweep } from '../sweep-view.ts';

/** `overcontrol merge`: the shards of a sweep become one, the same as if it had been run in one. */
export function merge(args: Arguments): Promise<number> {
  const files = (args['rows'] as string[]).flatMap(rowsFilesIn).map(readRows);
  const { plan, rows } = mergeShards(files);
  const folder = textOption(args, 'out');
  if (folder !== undefined) {
    const merged = new RowsFolder(folder, plan, WHOLE);
    try {
      merged.add([...rows.values()]);
      merged.finish();
    } finally {
      merged.close();
    }
    note(`${rows.size} rows are in ${merged.file}.`);
  }
  presentSweep(sweepResult(plan, rows), args);
  return Promise.resolve(EXIT.ok);
}

/** A file itself, or the rows files of a folder: its shards, or else the whole. */
function rowsFilesIn(path: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new SweepError(`${path}: there is no such file or folder`);
  }
  if (!isFolder) return [path];
  const names = readdirSync(path).toSorted();
  const shards = names.filter((name) => /^rows-\d+-of-\d+\.jsonl$/.test(name));
  const found = shards.length > 0 ? shards : names.filter((name) => name === 'rows.jsonl');
  if (found.length === 0) throw new SweepError(`${path} holds no rows of a sweep (rows.jsonl, rows-1-of-8.jsonl …)`);
  return found.map((name) => join(path, name));
}

function readRows(file: string): RowsFile {
  const rows = parseRowsFile(readFileSync(file, 'utf8'), file);
  if (rows === undefined) throw new SweepError(`${file} is empty: its shard has not been run`);
  return rows;
}
