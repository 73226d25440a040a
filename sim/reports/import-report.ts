import type { ImportResult, MappedField } from '../importers/import.ts';
import type { Source } from '../importers/manifest.ts';
import type { renderCsv } from './csv.ts';
import { plural } from './numbers.ts';
import type { Block, Cell, Report } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** As compilers write it. */
function placeOf({ file, line }: Source): string {
  return line > 0 ? `${file}:${line}` : file;
}

/** One line, as compilers write it: file:line: field: message. */
export function warningLine({ source, message }: ImportResult['warnings'][number]): string {
  return `${placeOf(source)}: ${source.path === '' ? '' : `${source.path}: `}${message}`;
}

/** What became of each field of the manifests. */
export function importReport({ mapped, warnings, withoutEffect }: ImportResult, out: string | undefined): Report {
  const where = out === undefined ? '' : `, written to ${out}`;
  return {
    title: `${plural(mapped.length, 'setting')} from manifests, ${plural(warnings.length, 'warning')}${where}`,
    blocks: [
      ...warningBlocks(warnings),
      heading('What was taken'),
      table([{ head: 'place' }, { head: 'field' }, { head: 'setting' }, { head: 'value' }], mapped.map(rowOf)),
      ...(withoutEffect.length === 0 ? [] : skippedBlocks(withoutEffect)),
      paragraph('What is assumed in the scenario stands in no manifest: measure it.', 'strong'),
    ],
  };
}

function rowOf({ source, setting, value }: MappedField): Cell[] {
  return [placeOf(source), source.path, setting, textOf(value)];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function warningBlocks(warnings: ImportResult['warnings']): Block[] {
  if (warnings.length === 0) return [paragraph('Every field was understood.', 'good')];
  const items = warnings.map(warningLine);
  return [heading('What was not understood'), { kind: 'list', items }];
}

/** By the reason, for there are many. */
function skippedBlocks(skipped: ImportResult['withoutEffect']): Block[] {
  const byReason = new Map<string, Set<string>>();
  for (const { why, source } of skipped) byReason.set(why, (byReason.get(why) ?? new Set<string>()).add(source.path));
  const rows = [...byReason].map(([why, paths]): Cell[] => [why, [...paths].join(', ')]);
  return [heading('What changes nothing in a simulation'), table([{ head: 'why' }, { head: 'fields' }], rows)];
}

export function importCsv({ mapped, warnings, withoutEffect }: ImportResult): Parameters<typeof renderCsv>[0] {
  return [
    ['file', 'line', 'field', 'became', 'setting', 'value'],
    ...mapped.map(({ source, setting, value }) => [
      source.file,
      source.line,
      source.path,
      'mapped',
      setting,
      textOf(value),
    ]),
    ...warnings.map(({ source, message }) => [source.file, source.line, source.path, 'warning', '', message]),
    ...withoutEffect.map(({ source, why }) => [source.file, source.line, source.path, 'without effect', '', why]),
  ];
}
