import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { importManifests, Registry } from '../../index.ts';
import type { ImportResult } from '../../index.ts';
import { readText } from '../../node.ts';
import { importCsv, importReport, warningLine } from '../../reports/import-report.ts';
import { nameSchema } from '../../scenario/schema.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { formatOption, isSet, textOption } from '../options.ts';
import { note, present, writeFile } from '../present.ts';

/** `overcontrol import`: a scenario of manifests. */
export async function importFiles(args: Arguments): Promise<number> {
  const out = textOption(args, 'out');
  if (out !== undefined && existsSync(out) && !isSet(args, 'force')) {
    throw new UsageError(`--out: ${out} is there already; --force writes over it.`);
  }
  const files = (args['file'] as string[]).map((file) => ({ file, text: readText(file) }));
  const result = importManifests(files, new Registry(), nameFor(args, out));
  if (out !== undefined) writeFile(out, result.scenario);
  show(result, out, args);
  return result.warnings.length > 0 && isSet(args, 'strict') ? EXIT.failed : EXIT.ok;
}

function nameFor(args: Arguments, out: string | undefined): string {
  const given = textOption(args, 'name');
  const name = given ?? (out === undefined ? 'imported' : basename(out).replace(/\.ya?ml$/, ''));
  const wrong = nameSchema.safeParse(name).error?.issues[0].message;
  if (wrong === undefined) return name;
  if (given === undefined) return 'imported';
  throw new UsageError(`--name: ${wrong}, not \`${name}\``);
}

/** The scenario itself, unless it goes to a file, or a report is asked for. */
function show(result: ImportResult, out: string | undefined, args: Arguments): void {
  const form = formatOption(args);
  if (out === undefined && form === 'table') {
    process.stdout.write(result.scenario);
    for (const warning of result.warnings) note(warningLine(warning));
    return;
  }
  const report = importReport(result, out);
  present({ report: () => report, json: () => result, csv: () => importCsv(result) }, { ...args, out: undefined });
}
