import { appendFileSync, writeFileSync } from 'node:fs';
import { renderCsv } from '../reports/csv.ts';
import { renderHtml } from '../reports/html.ts';
import { renderJUnit } from '../reports/junit.ts';
import type { JUnitSuite } from '../reports/junit.ts';
import { renderMarkdown } from '../reports/markdown.ts';
import type { Report } from '../reports/report.ts';
import { renderText } from '../reports/text.ts';
import type { TextStyle } from '../reports/text.ts';
import { UsageError } from './exit.ts';
import type { Arguments } from './options.ts';
import { formatOption, textOption } from './options.ts';

type CsvRows = Parameters<typeof renderCsv>[0];

/** What a command has to show, in every form that it takes. Only the form that is asked for is made. */
export interface Presentation {
  report(): Report;
  json(): unknown;
  csv?(): CsvRows;
  junit?(): readonly JUnitSuite[];
  svg?(): string;
  chromeTrace?(): unknown;
  otlp?(): unknown;
}

/** Writes it to stdout, or where `--out` says, in the form that `-o` says. */
export function present(presentation: Presentation, args: Arguments, out = textOption(args, 'out')): void {
  if (out === undefined) process.stdout.write(inForm(presentation, args, styleOf(process.stdout)));
  else writeFile(out, inForm(presentation, args, { width: WIDEST, colour: false }));
}

function inForm(presentation: Presentation, args: Arguments, style: TextStyle): string {
  switch (formatOption(args)) {
    case 'table':
      return renderText(presentation.report(), style);
    case 'json':
      return `${JSON.stringify(presentation.json(), null, 2)}\n`;
    case 'markdown':
      return renderMarkdown(presentation.report());
    case 'html':
      return renderHtml(presentation.report());
    case 'csv':
      return renderCsv(presentation.csv!());
    case 'junit':
      return renderJUnit(presentation.junit!());
    case 'svg':
      return `${presentation.svg!()}\n`;
    case 'chrome-trace':
      return `${JSON.stringify(presentation.chromeTrace!(), null, 1)}\n`;
    case 'otlp':
      return `${JSON.stringify(presentation.otlp!(), null, 1)}\n`;
  }
}

export function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--out: cannot write ${file}: ${(error as Error).message}`);
  }
}

/** In GitHub Actions the report also goes to the summary of the step. */
export function addToStepSummary(report: Report): void {
  const { GITHUB_STEP_SUMMARY } = process.env;
  if (GITHUB_STEP_SUMMARY === undefined || GITHUB_STEP_SUMMARY === '') return;
  try {
    appendFileSync(GITHUB_STEP_SUMMARY, renderMarkdown(report));
  } catch (error) {
    note(`The step summary cannot be written: ${(error as Error).message}`);
  }
}

/** Reports are set no wider, and no narrower, than this. */
const WIDEST = 120;
const NARROWEST = 40;

/** A terminal has its own width; elsewhere COLUMNS may say one, so that a report does not depend on who reads it. */
export function styleOf(stream: NodeJS.WriteStream): TextStyle {
  const { COLUMNS, NO_COLOR, TERM } = process.env;
  const columns = stream.isTTY ? stream.columns : Number(COLUMNS);
  const width = columns > 0 ? Math.max(NARROWEST, Math.min(WIDEST, columns)) : WIDEST;
  const plain = NO_COLOR !== undefined && NO_COLOR !== '';
  // Where there is no terminal Node says nothing at all, not `false`.
  const terminal = (stream.isTTY as boolean | undefined) === true;
  return { width, colour: terminal && !plain && TERM !== 'dumb' };
}

/** Says something beside the report. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
