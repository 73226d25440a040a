import type { ExpectationResult } from '../experiments/run.ts';
import type { Estimate } from '../measure/statistics.ts';
import { BARE } from '../scenario/scenario.ts';
import { decimal, NONE, percentages, significant } from './numbers.ts';
import type { Cell, Table } from './report.ts';
import { table } from './report.ts';

/** Expectations with what came out of each. */
export function expectationTable(results: readonly ExpectationResult[]): Table {
  const columns = [
    { head: 'expectation' },
    { head: 'design' },
    { head: 'against', dispensable: 1 },
    { head: 'actual' },
    { head: '' },
  ];
  const rows = results.map((result): Cell[] => {
    const { that, design, against } = result;
    return [that, design, against === BARE ? '' : against, actualOf(result), verdictOf(result)];
  });
  return table(columns, rows);
}

function verdictOf({ ok, failedSeeds }: ExpectationResult): Cell {
  if (ok) return { text: 'holds', tone: 'good' };
  const seeds = failedSeeds === undefined ? '' : ` (seeds ${failedSeeds.join(', ')})`;
  return { text: `FAILS${seeds}`, tone: 'bad' };
}

/** The actual value in the terms of the expectation: as a share where it names one. */
export function actualOf({ that, actual }: ExpectationResult): string {
  if (actual === null) return 'there is none';
  const asShare = that.trimEnd().endsWith('%');
  if (typeof actual === 'number') return asShare ? `${percentages([actual])[0]} %` : significant(actual);
  return asShare ? shareInterval(actual) : interval(actual);
}

function shareInterval({ mean, low, high }: Estimate): string {
  const [middle, from, to] = percentages([mean, low, high]);
  return `${middle} % (${from} to ${to})`;
}

function interval({ mean, low, high }: Estimate): string {
  if (!Number.isFinite(mean)) return NONE;
  const digits = Math.max(0, 4 - decimal(Math.floor(Math.abs(mean)), 0).replaceAll(',', '').length);
  return `${decimal(mean, digits)} (${decimal(low, digits)} to ${decimal(high, digits)})`;
}

/** The sentence that a failed expectation leaves in a log. */
export function failureOf(result: ExpectationResult): string {
  return `\`${result.that}\` does not hold of \`${result.design}\`: it is ${actualOf(result)}`;
}
