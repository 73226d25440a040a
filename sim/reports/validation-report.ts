import type { Point, Unit } from '../experiments/validation/case.ts';
import type { Verdict } from '../experiments/validation/gate.ts';
import type { NotHeld } from '../experiments/validation/not-held.ts';
import type { FigureResult } from '../experiments/validation/validate.ts';
import type { renderCsv } from './csv.ts';
import type { JUnitSuite } from './junit.ts';
import { FIRM_SPACE, marginOf, plural, significant } from './numbers.ts';
import type { Cell, Column, Report } from './report.ts';
import { paragraph, table } from './report.ts';

const COLUMNS: readonly Column[] = [
  { head: 'case' },
  { head: 'figure' },
  { head: 'source' },
  { head: 'expected', align: 'right' },
  { head: 'measured', align: 'right' },
  { head: 'verdict' },
];

const NOT_HELD_COLUMNS: readonly Column[] = [
  { head: 'results' },
  { head: 'published, but not held' },
  { head: 'reason' },
];

/**
 * Every figure of every case, what is expected of it and what came out.
 *
 * @param notHeld what is published beside, and why no case holds it; left out where only some cases were run
 */
export function validationReport(results: readonly FigureResult[], notHeld: readonly NotHeld[] = []): Report {
  const off = results.filter(({ verdict }) => verdict !== 'ok');
  const cases = new Set(results.map((result) => result.case)).size;
  const told = off.length === 0 ? 'all agree' : `${off.length} of them ${off.length === 1 ? 'does' : 'do'} not agree`;
  return {
    title: `${plural(results.length, 'figure')} of ${plural(cases, 'case')}: ${told}`,
    blocks: [
      table(COLUMNS, results.map(rowOf)),
      paragraph(
        'Measured is the mean over replications with the half-width of its 99.9 % interval. `ok`: the expected value lies ' +
          'inside, and the interval is no wider than the case allows. `vague`: it is wider. How verdicts are made: ' +
          'sim/experiments/validation/README.md.',
        'quiet',
      ),
      ...(notHeld.length === 0
        ? []
        : [
            table(
              NOT_HELD_COLUMNS,
              notHeld.map(({ file, row, reason }) => [file, row, reason]),
            ),
          ]),
    ],
  };
}

function rowOf(result: FigureResult): Cell[] {
  const { figure, source, verdict } = result;
  const judged: Cell = verdict === 'ok' ? { text: 'ok', tone: 'good' } : { text: verdict.toUpperCase(), tone: 'bad' };
  return [result.case, figure, source, expectedOf(result), measuredOf(result), judged];
}

/** What is expected, as the gate has it: `10`, `0.95 to 0.96`, `> 10`. */
export function expectedOf({ gate, unit }: FigureResult): string {
  const write = (value: number): string => inUnit(value, unit);
  switch (gate.kind) {
    case 'inside':
      return write(gate.expected);
    case 'meets':
    case 'within':
      return `${write(gate.low)} to ${write(gate.high)}`;
    case 'above':
      return `> ${write(gate.bound)}`;
    case 'below':
      return `< ${write(gate.bound)}`;
    case 'each':
      return `${write(gate.expected)} each time`;
  }
}

export function measuredOf({ gate, measured, unit, verdict, replications }: FigureResult): string {
  const mean = inUnit(measured.mean, unit);
  if (gate.kind === 'each') return verdict === 'ok' ? `so ${replications} times` : `${mean} on average`;
  return `${mean} ± ${inUnit(marginOf(measured), unit, 2)}`;
}

function inUnit(value: number, unit: Unit | null, digits = 4): string {
  if (unit === 'share') return `${significant(100 * value, digits)}${FIRM_SPACE}%`;
  return unit === null ? significant(value, digits) : `${significant(value, digits)}${FIRM_SPACE}${unit}`;
}

/** How to run one point of a case alone. */
export function commandOf({ scenario, design, set }: Point): string {
  const settings = Object.entries(set ?? {}).map(([path, value]) => `--set '${path}=${inFlow(value)}'`);
  const chosen = design === undefined ? [] : [`--design ${design}`];
  return ['overcontrol run', `scenarios/validation/${scenario}.yaml`, ...chosen, ...settings].join(' ');
}

/** A value as YAML takes it on one line. */
function inFlow(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How it went, in a line. @param milliseconds how long it took */
export function summaryOf(results: readonly FigureResult[], milliseconds: number, cores: number): string {
  const cases = new Set(results.map((result) => result.case)).size;
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  const seconds = Math.round(milliseconds / 1000);
  const time = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const verdicts = `${count('ok')} ok, ${count('off')} off, ${count('vague')} vague`;
  return `${plural(cases, 'case')}, ${plural(results.length, 'figure')}: ${verdicts}; ${time} on ${plural(cores, 'core')}`;
}

/** The figures as plain data, each with the commands that run its points. */
export function validationJson(results: readonly FigureResult[], notHeld: readonly NotHeld[] = []): unknown {
  return {
    ok: results.every(({ verdict }) => verdict === 'ok'),
    figures: results.map(({ points, ...result }) => ({ ...result, runs: points.map(commandOf) })),
    ...(notHeld.length === 0 ? {} : { notHeld }),
  };
}

type CsvRows = Parameters<typeof renderCsv>[0];

export function validationCsv(results: readonly FigureResult[]): CsvRows {
  return [
    ['case', 'figure', 'source', 'expected', 'mean', 'low', 'high', 'replications', 'verdict'],
    ...results.map((result) => {
      const { figure, source, measured, replications, verdict } = result;
      const { mean, low, high } = measured;
      return [result.case, figure, source, expectedOf(result), mean, low, high, replications, verdict];
    }),
  ];
}

/** A suite a family of cases. */
export function validationSuites(results: readonly FigureResult[]): JUnitSuite[] {
  const families = new Map<string, FigureResult[]>();
  for (const result of results) {
    const [family] = result.case.split('/');
    families.set(family, [...(families.get(family) ?? []), result]);
  }
  return [...families].map(([name, figures]) => ({
    name,
    cases: figures.map((result) => ({
      name: `${result.case}: ${result.figure}`,
      ...(result.verdict === 'ok' ? {} : { failure: sentenceOf(result) }),
    })),
  }));
}

/** What is off, in words. */
export function sentenceOf(result: FigureResult): string {
  const said = `${result.case}: ${result.figure} is ${measuredOf(result)}, expected ${expectedOf(result)}`;
  return result.verdict === 'vague' ? `${said}; the interval is wider than the case allows` : said;
}
