import { validate } from '../../sim/index.ts';
import type { ValidationCase } from '../../sim/index.ts';
import { rowsOf, tableIn } from '../../scenarios/validation/table.ts';
import type { Haste, Lab } from '../lab/lab.ts';
import { observerOf } from '../lab/lab.ts';
import { cases, loadPoint } from './library.ts';

/** A line of the validation table. */
export interface Row {
  readonly family: string;
  readonly case: string;
  readonly figure: string;
  readonly source: string;
  readonly expected: string;
  readonly measured: string;
  readonly verdict: string;
  /** How far what was measured is from what is expected, in half-widths of its interval; null where that has no sense. */
  readonly deviation: number | null;
}

/** The table in scenarios/validation/README.md. */
export function readTable(readme: string): Row[] {
  return [...tableIn(readme).values()].map(rowOf);
}

function rowOf(line: string): Row {
  const [, name, figure, source, expected, measured, verdict] = line.split('|').map((cell) => cell.trim());
  const [family] = name.split('/');
  return {
    family,
    case: name,
    figure,
    source,
    expected,
    measured,
    verdict,
    deviation: deviationOf(expected, measured),
  };
}

/** Above this share of the interval the digits of the table are too few to say where in it a value lies. */
const COARSE = 0.2;

/** Only of a value that is expected to lie in the interval, not of an ordering or a range. */
function deviationOf(expected: string, measured: string): number | null {
  if (!/^-?[\d.,]+(?: \S+)?$/.test(expected)) return null;
  const [mean, half] = measured.split('±').map(numberIn);
  if (half === undefined || !(half > 0) || lastDigitOf(measured) > COARSE * half) return null;
  return (mean - numberIn(expected)) / half;
}

/** What one more in the last digit is worth. */
function lastDigitOf(text: string): number {
  const [, decimals = ''] = /^-?[\d,]+(?:\.(\d+))?/.exec(text)!;
  return Math.pow(10, -decimals.length);
}

function numberIn(text: string): number {
  return Number(/-?[\d.,]+(?:e[-+]?\d+)?/.exec(text)?.[0].replaceAll(',', ''));
}

/** What the table says of one family of models. */
export interface Family {
  readonly family: string;
  readonly cases: number;
  readonly figures: number;
  readonly agree: number;
  readonly sources: string;
}

export function familiesOf(rows: readonly Row[]): Family[] {
  const families = new Map<string, Row[]>();
  for (const row of rows) families.set(row.family, [...(families.get(row.family) ?? []), row]);
  return [...families].map(([family, all]) => ({
    family,
    cases: new Set(all.map((row) => row.case)).size,
    figures: all.length,
    agree: all.filter(({ verdict }) => verdict === 'ok').length,
    sources: [...new Set(all.map(({ source }) => source))].join('; '),
  }));
}

/** The cases that are quick enough to run while one waits. */
export const QUICK: readonly ValidationCase[] = cases.filter(({ short }) => short);

/** Runs one case, with the same gates as `overcontrol validate`, and puts it into lines like those of the table. */
export async function runCase(lab: Lab, one: ValidationCase, haste?: Haste): Promise<Row[]> {
  const results = await validate([one], { load: loadPoint, observer: observerOf(lab, haste) });
  return [...rowsOf(results).values()].map(rowOf);
}

/** A line that was run here, beside the same line of the table. */
export interface Compared {
  readonly figure: string;
  readonly expected: string;
  readonly committed: string;
  readonly here: string;
  readonly same: boolean;
  readonly verdict: string;
}

export function compareRows(here: readonly Row[], table: readonly Row[]): Compared[] {
  return here.map((row) => {
    const committed = table.find((one) => one.case === row.case && one.figure === row.figure);
    return {
      figure: row.figure,
      expected: row.expected,
      committed: committed?.measured ?? 'not in the table',
      here: row.measured,
      same: committed?.measured === row.measured,
      verdict: row.verdict,
    };
  });
}

export const SEARCHED: readonly (keyof Row)[] = ['case', 'figure', 'source'];

/** What the whole table comes to. */
export interface Summary {
  readonly figures: number;
  readonly cases: number;
  readonly agree: number;
  /** Figures whose expected value is one number, and those of them that lie outside the interval. */
  readonly compared: number;
  readonly beyond: number;
}

export function summaryOf(rows: readonly Row[]): Summary {
  const deviations = rows.flatMap(({ deviation }) => (deviation === null ? [] : [deviation]));
  return {
    figures: rows.length,
    cases: new Set(rows.map((row) => row.case)).size,
    agree: rows.filter(({ verdict }) => verdict === 'ok').length,
    compared: deviations.length,
    beyond: deviations.filter((deviation) => Math.abs(deviation) > 1).length,
  };
}

/** What a case came to here, in a sentence. */
export function sentenceOn({ name, source }: ValidationCase, lines: readonly Compared[]): string {
  const same = lines.filter((line) => line.same).length;
  const ok = lines.filter(({ verdict }) => verdict === 'ok').length;
  const all = lines.length;
  return `${name}, after ${source}: ${ok} of ${all} agree with what is expected, ${same} of ${all} are the table's to the digit.`;
}
