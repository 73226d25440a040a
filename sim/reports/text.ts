import CliTable3 from 'cli-table3';
import picocolors from 'picocolors';
import { barsText } from './charts/bars-text.ts';
import { chartText } from './charts/chart-text.ts';
import { heatMapText } from './charts/heat-map-text.ts';
import { FIRM_SPACE } from './numbers.ts';
import type { Block, Cell, Column, Report, Story, StoryStep, Table, Tone } from './report.ts';
import { tableOfStory, textOf } from './report.ts';

/** How a terminal, or a file, is written to. */
export interface TextStyle {
  /** Columns that there are. */
  readonly width: number;
  readonly colour: boolean;
}

type Paint = (text: string, tone: Tone | 'heading' | undefined) => string;

/** Between two columns of a table. */
const GAP = 2;
/** Below this width a story's belief and truth stand below each other. */
const STORY_WIDTH = 100;

/** A report as plain text, no line longer than the width (but for single words that are). */
export function renderText(report: Report, style: TextStyle): string {
  const paint = painter(style.colour);
  const blocks = [paint(report.title, 'heading'), ...report.blocks.map((block) => renderBlock(block, style, paint))];
  const lines = blocks.join('\n\n').split('\n');
  // What was not to be torn apart is whole by now.
  return `${lines.map((line) => line.trimEnd().replaceAll(FIRM_SPACE, ' ')).join('\n')}\n`;
}

function painter(colour: boolean): Paint {
  const colours = picocolors.createColors(colour);
  return (text, tone) => {
    switch (tone) {
      case undefined:
        return text;
      case 'good':
        return colours.green(text);
      case 'bad':
        return colours.red(text);
      case 'quiet':
        return colours.dim(text);
      case 'strong':
      case 'heading':
        return colours.bold(text);
    }
  };
}

function renderBlock(block: Block, style: TextStyle, paint: Paint): string {
  switch (block.kind) {
    case 'heading':
      return paint(block.text, 'heading');
    case 'paragraph':
      return wrap(block.text, style.width)
        .map((line) => paint(line, block.tone))
        .join('\n');
    case 'list':
      return block.items.flatMap((item) => hang('- ', wrap(item, style.width - 2))).join('\n');
    case 'table':
      return renderTable(block, style, paint);
    case 'story':
      return renderStory(block, style, paint);
    case 'chart':
      return chartText(block, style.width).join('\n');
    case 'bars':
      return barsText(block, style.width).join('\n');
    case 'heatMap':
      return heatMapText(block, style.width).join('\n');
  }
}

/** Breaks a text into lines at its spaces. A line break in it stays one. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

/** An indented line is indented on. */
function wrapLine(text: string, width: number): string[] {
  const [indent] = /^ */.exec(text)!;
  const lines: string[] = [];
  let line = '';
  for (const word of text.trimStart().split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}

/** Lines behind a mark; those after the first are indented by its length. */
function hang(mark: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => (i === 0 ? mark : ' '.repeat(mark.length)) + line);
}

// --- tables ----------------------------------------------------------------------------------------------------------

function renderTable(whole: Table, style: TextStyle, paint: Paint): string {
  const { table, left } = fitColumns(whole, style.width);
  const widths = squeeze(table, style.width);
  const drawn = drawTable(table, widths, paint);
  if (left.length === 0) return drawn;
  const missing = wrap(`(no room for: ${left.join(', ')})`, style.width).map((line) => paint(line, 'quiet'));
  return [drawn, ...missing].join('\n');
}

/** A column of text that is narrower than this is hard to read. */
const COMFORTABLE = 28;

/** Leaves out dispensable columns until the rest has room to be read. */
function fitColumns(whole: Table, width: number): { table: Table; left: string[] } {
  let table = whole;
  const left: string[] = [];
  while (totalWidth(comfortableWidths(table)) > width) {
    const index = mostDispensable(table.columns);
    if (index < 0) break;
    left.push(table.columns[index].name ?? table.columns[index].head);
    const keep = <T>(items: readonly T[]): T[] => items.filter((_, i) => i !== index);
    table = { kind: 'table', columns: keep(table.columns), rows: table.rows.map(keep) };
  }
  return { table, left };
}

function mostDispensable(columns: readonly Column[]): number {
  let best = -1;
  columns.forEach(({ dispensable }, i) => {
    if (dispensable !== undefined && (best < 0 || dispensable < columns[best].dispensable!)) best = i;
  });
  return best;
}

function headOf({ head, unit }: Column): string {
  return unit === undefined ? head : `${head}\n${unit}`;
}

function naturalWidths({ columns, rows }: Table): number[] {
  return columns.map((column, i) => Math.max(...[headOf(column), ...rows.map((row) => textOf(row[i]))].map(lengthOf)));
}

function comfortableWidths(table: Table): number[] {
  const natural = naturalWidths(table);
  const least = longestWords(table);
  return table.columns.map(({ align }, i) =>
    align === 'right' ? natural[i] : Math.max(least[i], Math.min(natural[i], COMFORTABLE)),
  );
}

/** No column of text gets narrower than its longest word. */
function longestWords({ columns, rows }: Table): number[] {
  return columns.map((column, i) => {
    const texts = [headOf(column), ...rows.map((row) => textOf(row[i]))];
    return Math.max(...texts.flatMap((text) => text.split(/[ \n]/)).map(lengthOf));
  });
}

/** Length of the longest line. */
function lengthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => [...line].length));
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);
}

/** Widths at which the columns of text wrap, the widest first, until all have room. */
function squeeze(table: Table, width: number): number[] {
  const widths = naturalWidths(table);
  const least = longestWords(table);
  let excess = totalWidth(widths) - width;
  while (excess > 0) {
    let widest = -1;
    table.columns.forEach(({ align }, i) => {
      if (align !== 'right' && widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest])) widest = i;
    });
    if (widest < 0) break;
    widths[widest]--;
    excess--;
  }
  return widths;
}

/** Without borders: a line under the head is enough. */
const CORNERS_AND_EDGES =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid right right-mid'.split(' ');
const CHARS = {
  ...Object.fromEntries(CORNERS_AND_EDGES.map((place) => [place, ''])),
  mid: '─',
  'mid-mid': '──',
  middle: ' '.repeat(GAP),
};

function drawTable({ columns, rows }: Table, widths: readonly number[], paint: Paint): string {
  const drawn = new CliTable3({
    chars: CHARS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: [...widths],
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  const lines = (text: string, i: number, tone: Tone | 'heading' | undefined): string =>
    wrap(text, widths[i])
      .map((line) => paint(line, line === '' ? undefined : tone))
      .join('\n');
  drawn.options.head = columns.map((column, i) => lines(headOf(column), i, 'heading'));
  for (const row of rows) drawn.push(row.map((cell, i) => lines(textOf(cell), i, toneOf(cell))));
  return drawn.toString();
}

function toneOf(cell: Cell): Tone | undefined {
  return typeof cell === 'string' ? undefined : cell.tone;
}

// --- stories ---------------------------------------------------------------------------------------------------------

function renderStory(story: Story, style: TextStyle, paint: Paint): string {
  if (style.width >= STORY_WIDTH) return renderTable(tableOfStory(story), style, paint);
  const afters = Math.max(...story.steps.map(({ after }) => after.length));
  const whos = Math.max(...story.steps.map(({ who }) => who.length));
  return story.steps
    .map((step, i) => {
      const number = String(i + 1).padStart(String(story.steps.length).length);
      const mark = `${number}. ${step.after.padStart(afters)}  ${step.who.padEnd(whos)}  `;
      return hang(mark, stanza(step, style.width - mark.length, paint)).join('\n');
    })
    .join('\n');
}

/** One step on lines of its own, belief above truth. */
function stanza(step: StoryStep, width: number, paint: Paint): string[] {
  const { believed, age, truth, decided, verdict, tone } = step;
  const labelled = (label: string, text: string): string[] =>
    text === '' ? [] : hang(`${label}  `, wrap(text, width - label.length - 2));
  const belief = [believed, age === '' || age === 'live' ? age : `${age} old`].filter((text) => text !== '');
  return [
    ...wrap(decided, width),
    ...labelled('believed', belief.join(', ')),
    ...labelled('in truth', truth),
    ...labelled('verdict ', verdict).map((line) => paint(line, tone)),
  ];
}
