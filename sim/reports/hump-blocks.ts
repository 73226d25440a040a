import type { DesignHumps } from '../experiments/compare.ts';
import type { Hump } from '../experiments/humps.ts';
import { decimal, percent, plural } from './numbers.ts';
import type { Block, Cell, Table } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** Designs whose worlds go two ways: a sentence and a histogram for each. */
export function humpBlocks(humps: readonly DesignHumps[]): Block[] {
  if (humps.length === 0) return [];
  return [heading('Two kinds of worlds'), ...humps.flatMap((one) => [paragraph(sentence(one)), histogram(one)])];
}

function sentence({ design, figure, groups: [lower, upper], by, p }: DesignHumps): string {
  const found =
    by === 'dip'
      ? `dip test, p ${p < 0.001 ? '< 0.001' : `= ${decimal(p, 3)}`}`
      : 'a gap three times as wide as either';
  return (
    `The ${figure} of \`${design}\` has two humps: ${inSeeds(lower)}, and ${inSeeds(upper)} (${found}). ` +
    'Its mean is that of no world, and its interval says little.'
  );
}

function inSeeds({ seeds, mean }: Hump): string {
  return `about ${percent(mean)} in ${plural(seeds, 'seed')}`;
}

const BARS = 10;

/** How many seeds lie where, from the lowest to the highest. */
function histogram({ figure, values }: DesignHumps): Table {
  const low = Math.min(...values);
  const width = (Math.max(...values) - low) / BARS;
  const counts = Array.from({ length: BARS }, () => 0);
  for (const value of values) counts[Math.min(BARS - 1, Math.floor((value - low) / width))]++;
  const digits = width * 100 >= 1 ? 1 : 2;
  const at = (bar: number): string => decimal((low + bar * width) * 100, digits);
  const rows = counts.map((count, bar): Cell[] => [
    `${at(bar)} to ${at(bar + 1)}`,
    count === 0 ? '' : String(count),
    '█'.repeat(Math.ceil((count * LONGEST_BAR) / Math.max(...counts))),
  ]);
  return table([{ head: figure, unit: '%', align: 'right' }, { head: 'seeds', align: 'right' }, { head: '' }], rows);
}

const LONGEST_BAR = 30;
