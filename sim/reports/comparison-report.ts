import type { Blame, ComparedDesign, Comparison } from '../experiments/compare.ts';
import { closingSentence } from '../experiments/compare.ts';
import type { ExpectationResult } from '../experiments/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { BARE } from '../scenario/scenario.ts';
import type { Estimate } from '../measure/statistics.ts';
import { formatDuration } from '../units/duration.ts';
import { expectationTable } from './expectations.ts';
import { humpBlocks } from './hump-blocks.ts';
import { count, decimal, marginOf, meanOf, milliseconds, NONE, percentages, plural } from './numbers.ts';
import { points, pointsWithMargin } from './numbers.ts';
import type { Block, Cell, Column, Report, Table, Tone } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** A comparison for people: the designs side by side, what the kills need, what was expected, and one sentence. */
export function comparisonReport(
  scenario: Scenario,
  comparison: Comparison,
  expect: readonly ExpectationResult[],
): Report {
  const { designs, notes } = comparison;
  const compared = designs.some(({ name }) => name === BARE);
  return {
    title: `${scenario.name}: ${plural(designs.length, 'design')} over ${plural(comparison.seeds.length, 'seed')}`,
    blocks: [
      paragraph(aboutOf(scenario, comparison), 'quiet'),
      designTable(comparison, compared),
      ...(compared ? [paragraph(LEGEND, 'quiet')] : []),
      ...blameBlocks(comparison),
      ...humpBlocks(comparison.humps),
      ...(expect.length === 0 ? [] : [heading('Expectations'), expectationTable(expect)]),
      ...notes.map((note) => paragraph(`Note: ${note}`)),
      paragraph(closingSentence(comparison), 'strong'),
    ],
  };
}

/** What the columns mean that no other tool has. */
export const LEGEND =
  'Killed: served by `bare`, not by the design; direct where a layer refused it or timed it out, else displaced. ' +
  'Saved: the reverse. Churn: what mere chance kills and saves (the same design, its own draws re-keyed). ' +
  'Ampl.: dispatches for each request. The last column compares fidelity.';

function aboutOf(scenario: Scenario, { designs, seeds }: Comparison): string {
  const measured = formatDuration(scenario.world.duration - scenario.world.warmup);
  const means = seeds.length === 1 ? '' : ' Counts are means over the seeds.';
  const about = scenario.about === '' ? '' : `${scenario.about} `;
  return `${about}${measured} of simulated time, ${count(designs[0].offered)} requests.${means}`;
}

// --- the designs side by side ----------------------------------------------------------------------------------------

/** A column, and what stands in it for each design. */
interface FilledColumn {
  readonly column: Column;
  readonly cells: readonly Cell[];
}

/** A row for each design, with its difference to the first. */
export function designTable(comparison: Comparison, compared: boolean): Table {
  const { designs } = comparison;
  const ms = ({ latencyMs }: ComparedDesign): string =>
    `${milliseconds(latencyMs.p50.mean)}, ${milliseconds(latencyMs.p99.mean)}`;
  const filled: FilledColumn[] = [
    { column: { head: 'design' }, cells: designs.map(({ name }) => name) },
    percentColumn(
      'success',
      designs.map((design) => design.success),
      3,
    ),
    ...(compared ? fidelityColumns(designs) : []),
    column({ head: 'p50, p99', unit: 'ms', dispensable: 2 }, designs.map(ms)),
    column(
      { head: 'ampl.', name: 'amplification', dispensable: 1 },
      designs.map(({ amplification }) => decimal(amplification.mean, 3)),
    ),
    differenceColumn(comparison, compared ? 'fidelity' : 'success'),
  ];
  return table(
    filled.map(({ column: one }) => one),
    designs.map((_, i) => filled.map(({ cells }) => cells[i])),
  );
}

function column(one: Column, cells: readonly Cell[]): FilledColumn {
  return { column: { align: 'right', ...one }, cells };
}

function percentColumn(
  head: string,
  figures: readonly (Estimate | null | undefined)[],
  dispensable?: number,
): FilledColumn {
  const known = figures.filter((figure) => figure !== null && figure !== undefined);
  const texts = percentages(known.map(meanOf));
  const cells = figures.map((figure) => {
    const place = known.indexOf(figure as Estimate);
    return place < 0 ? NONE : texts[place];
  });
  return column({ head, unit: '%', ...(dispensable === undefined ? {} : { dispensable }) }, cells);
}

function fidelityColumns(designs: readonly ComparedDesign[]): FilledColumn[] {
  const churnOf = ({ churn }: ComparedDesign): string => `${count(churn!.killed)}/${count(churn!.saved)}`;
  return [
    percentColumn(
      'fidelity',
      designs.map(({ fidelity }) => fidelity),
    ),
    column(
      { head: 'killed' },
      designs.map(({ killed }) => count(killed!.total)),
    ),
    column(
      { head: 'direct', dispensable: 5 },
      designs.map(({ killed }) => count(killed!.direct)),
    ),
    column(
      { head: 'displaced', dispensable: 4 },
      designs.map(({ killed }) => count(killed!.displaced)),
    ),
    column(
      { head: 'saved' },
      designs.map(({ saved }) => count(saved!)),
    ),
    column({ head: 'net' }, designs.map(netOf)),
    column({ head: 'churn', unit: 'kill/save', dispensable: 6 }, designs.map(churnOf)),
  ];
}

function netOf({ saved, killed }: ComparedDesign): Cell {
  const net = saved!.mean - killed!.total.mean;
  const text = `${net > 0 ? '+' : ''}${count(net)}`;
  return net === 0 ? text : { text, tone: net > 0 ? 'good' : 'bad' };
}

/** The difference to the first row, seed by seed. One seed has no interval. */
function differenceColumn({ designs, differences, seeds }: Comparison, figure: 'fidelity' | 'success'): FilledColumn {
  const alone = seeds.length === 1;
  const write = alone ? points : pointsWithMargin;
  const cells = designs.map(({ name }): Cell => {
    const change = differences.find(({ design }) => design === name)?.[figure];
    if (change === undefined || change === null) return NONE;
    return { text: write(change), tone: toneOfChange(change) };
  });
  return column({ head: `to ${designs[0].name}`, unit: alone ? 'points' : 'points ±95%' }, cells);
}

function toneOfChange({ low, high }: Estimate): Tone {
  if (low > 0) return 'good';
  return high < 0 ? 'bad' : 'quiet';
}

// --- what the kills need ---------------------------------------------------------------------------------------------

function blameBlocks({ blame, designs, seeds }: Comparison): Block[] {
  if (blame === null) return [];
  const subject = designs.find(({ name }) => name === blame.design)!;
  const { killed, rejectedBy, offered } = subject;
  const { direct, displaced } = killed!;
  const blocks: Block[] = [
    heading(`What the kills of \`${blame.design}\` need`),
    paragraph(
      `Of ${count(offered)} requests it killed ${count(blame.kills)}: ${count(direct)} directly, ${count(displaced)} displaced. ` +
        `Re-keying its draws alone revives ${decimal(blame.byChance.mean * 100, 0)} % of them, so that is taken out of the shares below: ` +
        'a share below 0 means that without the layer fewer come back than by chance.',
      'quiet',
    ),
    layerTable(blame.single, rejectedBy, seeds.length),
  ];
  const both = blame.needBoth.filter(({ share }) => share.low > 0);
  const either = blame.eitherSuffices.filter(({ share }) => share.low > 0);
  if (both.length + either.length > 0) blocks.push(pairTable(both, either, seeds.length));
  const rest = blame.needBoth.length - both.length;
  if (rest > 0) blocks.push(paragraph(`Beyond chance no kill needs ${restOf(rest, both.length)}.`, 'quiet'));
  return blocks;
}

function restOf(rest: number, named: number): string {
  if (named === 0) return rest === 1 ? 'both layers' : `both of any two layers`;
  return rest === 1 ? 'both of the one other pair' : `both of any of the ${rest} other pairs`;
}

function layerTable(single: readonly Blame[], rejectedBy: Readonly<Record<string, Estimate>>, seeds: number): Table {
  const columns: Column[] = [
    { head: 'layer' },
    { head: 'rejects', unit: 'requests', align: 'right' },
    { head: 'kills that need it', unit: shareUnit(seeds), align: 'right' },
  ];
  const rows = single.map(({ layers: [layer], share }): Cell[] => [
    layer,
    count(rejectedBy[layer] ?? 0),
    shareCell(share, seeds),
  ]);
  return table(columns, rows);
}

/** Which pairs of layers the kills need. */
export function pairTable(both: readonly Blame[], either: readonly Blame[], seeds: number): Table {
  const columns: Column[] = [
    { head: 'layers' },
    { head: '' },
    { head: 'kills', unit: shareUnit(seeds), align: 'right' },
  ];
  const row =
    (how: string) =>
    ({ layers, share }: Blame): Cell[] => [layers.join(' + '), how, shareCell(share, seeds)];
  return table(columns, [...both.map(row('needs both')), ...either.map(row('either suffices'))]);
}

function shareUnit(seeds: number): string {
  return seeds === 1 ? '%' : '%, ±95%';
}

/** A share of the kills, quiet where it may be chance. */
export function shareCell(share: Estimate, seeds: number): Cell {
  const margin = seeds === 1 ? '' : ` ±${decimal(marginOf(share) * 100, 0)}`;
  const text = `${decimal(share.mean * 100, 0)}${margin}`;
  return share.low > 0 ? text : { text, tone: 'quiet' };
}
