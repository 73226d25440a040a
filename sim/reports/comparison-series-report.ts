import type { Comparison } from '../experiments/compare.ts';
import { closingSentence } from '../experiments/compare.ts';
import type { ExpectationResult } from '../experiments/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { BARE } from '../scenario/scenario.ts';
import { designTable, LEGEND } from './comparison-report.ts';
import type { renderCsv } from './csv.ts';
import { expectationTable } from './expectations.ts';
import { comparisonCsv } from './figures-csv.ts';
import { humpBlocks } from './hump-blocks.ts';
import { NONE, percent, plural, pointsWithMargin } from './numbers.ts';
import type { Block, Cell, Column, Report, Table } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** A comparison at one value of a parameter, or of several. */
export interface ComparisonAt {
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly scenario: Scenario;
  readonly comparison: Comparison;
  readonly expectations: readonly ExpectationResult[];
}

/** A row for each value, and then a table for each. */
export function seriesReport(series: readonly ComparisonAt[]): Report {
  const [{ scenario, values, comparison }] = series;
  const compared = comparison.designs.some(({ name }) => name === BARE);
  return {
    title: `${scenario.name}: ${plural(comparison.designs.length, 'design')} at ${plural(series.length, 'value')} of ${Object.keys(values).join(', ')}, over ${plural(comparison.seeds.length, 'seed')}`,
    blocks: [
      summaryTable(series, compared ? 'fidelity' : 'success'),
      ...(compared ? [paragraph(LEGEND, 'quiet')] : []),
      ...series.flatMap((one) => valueBlocks(one, compared)),
    ],
  };
}

function summaryTable(series: readonly ComparisonAt[], figure: 'fidelity' | 'success'): Table {
  const [{ values, comparison }] = series;
  const [first, ...others] = comparison.designs.map(({ name }) => name);
  const columns: Column[] = [
    ...Object.keys(values).map((path): Column => ({ head: path, align: 'right' })),
    { head: first, unit: figure, align: 'right' },
    ...others.map((name): Column => ({ head: name, unit: `to ${first}, points ±95%`, align: 'right' })),
  ];
  const rows = series.map((one): Cell[] => {
    const base = one.comparison.designs[0][figure];
    return [
      ...Object.values(one.values).map(String),
      base === null || base === undefined ? NONE : percent(base.mean),
      ...others.map((name): Cell => {
        const change = one.comparison.differences.find(({ design }) => design === name)?.[figure];
        if (change === null || change === undefined) return NONE;
        return { text: pointsWithMargin(change), tone: change.low > 0 ? 'good' : change.high < 0 ? 'bad' : 'quiet' };
      }),
    ];
  });
  return table(columns, rows);
}

function valueBlocks({ values, comparison, expectations }: ComparisonAt, compared: boolean): Block[] {
  return [
    heading(
      Object.entries(values)
        .map(([path, value]) => `${path} = ${value}`)
        .join(', '),
    ),
    designTable(comparison, compared),
    ...humpBlocks(comparison.humps).slice(1),
    ...(expectations.length === 0 ? [] : [expectationTable(expectations)]),
    paragraph(closingSentence(comparison), 'strong'),
  ];
}

/** `compare --param --json`. */
export function seriesJson(series: readonly ComparisonAt[]): unknown {
  const [{ comparison }] = series;
  const { schemaVersion, version, scenario } = comparison;
  const at = series.map(({ values, comparison: one, expectations }) => ({
    values,
    ...one,
    expect: expectations,
    sentence: closingSentence(one),
  }));
  return { schemaVersion, version, scenario, at };
}

/** The rows of every comparison, with the values that they belong to. */
export function seriesCsv(series: readonly ComparisonAt[]): Parameters<typeof renderCsv>[0] {
  return series.flatMap(({ values, comparison }, i) => {
    const [head, ...rows] = comparisonCsv(comparison);
    const valued = rows.map((row) => [...Object.values(values).map(String), ...row]);
    return i === 0 ? [[...Object.keys(values), ...head], ...valued] : valued;
  });
}
