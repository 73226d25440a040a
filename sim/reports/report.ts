/**
 * What a command has to say, whatever the format: the renderers (`text.ts`, `markdown.ts`, `html.ts`) know nothing of
 * simulations, and the reports nothing of formats. In every text, `name` in backticks is a name.
 */
export interface Report {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block = Heading | Paragraph | List | Table | Story | Chart | HeatMap | Bars;

export interface Heading {
  readonly kind: 'heading';
  readonly text: string;
}

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: string;
  readonly tone?: Tone;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly string[];
}

export interface Table {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What something means to the reader; only a terminal and a page show it. */
export type Tone = 'good' | 'bad' | 'quiet' | 'strong';

export type Cell = string | { readonly text: string; readonly tone: Tone };

export interface Column {
  readonly head: string;
  /** The head in full, where it is short for something. */
  readonly name?: string;
  /** Stands under the head. */
  readonly unit?: string;
  readonly align?: 'left' | 'right';
  /** Where there is no room for all columns: those that may go, the lowest number first. */
  readonly dispensable?: number;
}

/** One thing after the other, and of each what was believed beside what was true. */
export interface Story {
  readonly kind: 'story';
  readonly steps: readonly StoryStep[];
}

export interface StoryStep {
  /** Since the beginning. */
  readonly after: string;
  readonly who: string;
  readonly believed: string;
  /** How old that was. */
  readonly age: string;
  readonly truth: string;
  readonly decided: string;
  readonly verdict: string;
  readonly tone?: Tone;
}

/** Curves over one quantity. */
export interface Chart {
  readonly kind: 'chart';
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Places on the x axis, each with its interval. */
  readonly marks: readonly { readonly at: number; readonly low: number; readonly high: number }[];
}

export interface Axis {
  readonly label: string;
  readonly unit: string;
  readonly logarithmic?: boolean;
}

export interface Series {
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** One bar for each of several things, from zero, with its interval. */
export interface Bars {
  readonly kind: 'bars';
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly {
    readonly name: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** A value for each pair of two quantities: dark is much. */
export interface HeatMap {
  readonly kind: 'heatMap';
  readonly title: string;
  readonly x: { readonly label: string; readonly values: readonly string[] };
  readonly y: { readonly label: string; readonly values: readonly string[] };
  /** A row for each value of y, from the first on; null where nothing is known. */
  readonly cells: readonly (readonly (HeatCell | null)[])[];
}

export interface HeatCell {
  readonly text: string;
  /** 0 to 1. */
  readonly shade: number;
}

export function heading(text: string): Heading {
  return { kind: 'heading', text };
}

export function paragraph(text: string, tone?: Tone): Paragraph {
  return tone === undefined ? { kind: 'paragraph', text } : { kind: 'paragraph', text, tone };
}

export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): Table {
  return { kind: 'table', columns, rows };
}

/** A table without the columns in which nothing stands. */
export function tableOfWhatIsThere(columns: readonly Column[], rows: readonly (readonly Cell[])[]): Table {
  const kept = columns.map((_, i) => rows.some((row) => textOf(row[i]) !== ''));
  const keep = <T>(items: readonly T[]): T[] => items.filter((_, i) => kept[i]);
  return table(keep(columns), rows.map(keep));
}

export function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Columns of a story where it is written as a table. */
export const STORY_COLUMNS: readonly Column[] = [
  { head: '#', align: 'right' },
  { head: 'after', align: 'right' },
  { head: 'who' },
  { head: 'believed' },
  { head: 'age', align: 'right' },
  { head: 'in truth' },
  { head: 'decided' },
  { head: 'verdict' },
];

/** A story as a table, for formats without a form of their own. */
export function tableOfStory({ steps }: Story): Table {
  const rows = steps.map(({ after, who, believed, age, truth, decided, verdict, tone }, i): Cell[] => {
    const judged: Cell = tone === undefined ? verdict : { text: verdict, tone };
    return [String(i + 1), after, who, believed, age, truth, decided, judged];
  });
  return table(STORY_COLUMNS, rows);
}
