import { expectedOf, measuredOf } from '../../sim/reports/validation-report.ts';
import { NOT_HELD } from '../../sim/index.ts';
import type { FigureResult } from '../../sim/index.ts';

/** The table of README.md: lines by `case: figure`. */
export type Rows = ReadonlyMap<string, string>;

const HEAD = '| case | figure | source | expected | measured | verdict |';
const RULE = '| --- | --- | --- | ---: | ---: | --- |';

export function rowsOf(results: readonly FigureResult[]): Rows {
  return new Map(
    results.map((result) => {
      const { figure, source, verdict } = result;
      const cells = [result.case, figure, source, expectedOf(result), measuredOf(result), verdict];
      const line = `| ${cells.map((cell) => cell.replaceAll('\u00a0', ' ')).join(' | ')} |`;
      return [`${result.case}: ${figure}`, line] as const;
    }),
  );
}

/** The rows that a README has. */
export function tableIn(text: string): Rows {
  const lines = text.split('\n');
  const first = lines.indexOf(HEAD) + 2;
  const rows = new Map<string, string>();
  if (first < 2) return rows;
  for (let i = first; i < lines.length && lines[i].startsWith('|'); i++) {
    const [, name, figure] = lines[i].split('|').map((cell) => cell.trim());
    rows.set(`${name}: ${figure}`, lines[i]);
  }
  return rows;
}

/** What is published and not held, as Markdown. */
export function notHeldTable(): string {
  const rows = NOT_HELD.map(({ file, row, reason }) => `| ${file} | ${row} | ${reason} |`);
  return ['| results | published, but not held | reason |', '| --- | --- | --- |', ...rows].join('\n');
}

/** A README with other rows. */
export function withTable(text: string, rows: readonly string[]): string {
  const start = text.indexOf(HEAD);
  const before = start < 0 ? `${text.trimEnd()}\n\n` : text.slice(0, start);
  return `${before}${[HEAD, RULE, ...rows].join('\n')}\n\n## What is not held\n\n${notHeldTable()}\n`;
}
