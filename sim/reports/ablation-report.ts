import { bestSurface, minimalSurfaces, nameOfSurface } from '../experiments/ablate/ablate.ts';
import type { Ablation, Estimates, Surface } from '../experiments/ablate/ablate.ts';
import type { MeasureName } from '../experiments/ablate/measures.ts';
import { MEASURES } from '../experiments/ablate/measures.ts';
import type { Estimate } from '../measure/statistics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { pairTable, shareCell } from './comparison-report.ts';
import type { renderCsv } from './csv.ts';
import { decimal, marginOf, NONE, percent, plural } from './numbers.ts';
import type { Block, Cell, Column, Report } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** How a measure is written: its values, and changes of it. */
interface Form {
  readonly head: string;
  /** Of values and of changes. */
  readonly units: readonly [string, string];
  readonly scale: number;
  readonly digits: number;
  /** Where there is no room for all columns: the lowest goes first. */
  readonly dispensable?: number;
}

const FORMS: Readonly<Record<MeasureName, Form>> = {
  fidelity: { head: 'fidelity', units: ['%', 'points'], scale: 100, digits: 2 },
  success: { head: 'success', units: ['%', 'points'], scale: 100, digits: 2, dispensable: 1 },
  goodputPerSecond: { head: 'goodput', units: ['/s', '/s'], scale: 1, digits: 1, dispensable: 3 },
  p99Ms: { head: 'p99', units: ['ms', 'ms'], scale: 1, digits: 0 },
  dispatches: { head: 'dispatches', units: ['', ''], scale: 1, digits: 0, dispensable: 4 },
  wastedWork: { head: 'wasted', units: ['% of work', 'points'], scale: 100, digits: 2, dispensable: 2 },
  instances: { head: 'instances', units: ['mean', 'mean'], scale: 1, digits: 2 },
  cost: { head: 'cost', units: ['', ''], scale: 1, digits: 2 },
};

/** An ablation for people: what each layer and each pair is worth, which sets suffice, and one sentence. */
export function ablationReport(scenario: Scenario, ablation: Ablation): Report {
  const { design, layers, seeds, notes } = ablation;
  return {
    title: `${scenario.name}: what ${plural(layers.length, 'layer')} of \`${design}\` are worth, over ${plural(seeds.length, 'seed')}`,
    blocks: [
      paragraph(aboutOf(ablation), 'quiet'),
      heading('Shares'),
      shareTable(ablation),
      ...samplingBlocks(ablation),
      ...pairBlocks(ablation),
      heading('Sets of layers'),
      surfaceTable(ablation),
      paragraph(
        'Minimal: meets the objective, and without any of its layers does not. Pareto: no other set is better in ' +
          `one of ${ablation.paretoMeasures.map((name) => FORMS[name].head).join(', ')} and worse in none.`,
        'quiet',
      ),
      ...blameBlocks(ablation),
      ...notes.map((note) => paragraph(`Note: ${note}`)),
      paragraph(ablationSentence(ablation), 'strong'),
    ],
  };
}

function aboutOf({ surfaces, work }: Ablation): string {
  return (
    `${plural(surfaces.length, 'design')} over the same worlds. A share is what a layer adds, averaged over all orders in which ` +
    'the layers could have been added (Shapley); the shares sum to what all change together. ' +
    `${decimal(work.runs, 0)} runs in place of ${decimal(work.runsWithoutReuse, 0)}, since references are shared.`
  );
}

// --- shares ----------------------------------------------------------------------------------------------------------

/** Measures in which anything differs. */
function measuresShown({ measures, surfaces }: Ablation): MeasureName[] {
  return measures.filter((name) => {
    const [first, ...others] = surfaces.map(({ figures }) => figures[name]!.mean);
    return name === 'fidelity' || others.some((mean) => mean !== first);
  });
}

function columnsFor(names: readonly MeasureName[], isChange: boolean): Column[] {
  return names.map((name) => {
    const { head, units, dispensable } = FORMS[name];
    const unit = isChange ? `${units[1]} ±95%`.trim() : units[0];
    return {
      head,
      align: 'right',
      ...(unit === '' ? {} : { unit }),
      ...(dispensable === undefined ? {} : { dispensable }),
    };
  });
}

function shareTable(ablation: Ablation): Block {
  const names = measuresShown(ablation);
  const row = (label: string, estimates: Estimates): Cell[] => [
    label,
    ...names.map((name) => changeCell(name, estimates[name]!)),
  ];
  const { whole, shares } = ablation;
  return table(
    [{ head: 'layer' }, ...columnsFor(names, true)],
    [...shares.map(({ layer, share }) => row(layer, share)), row('all together', whole.difference)],
  );
}

/** A change with its margin, and whether that is for the better. */
function changeCell(name: MeasureName, change: Estimate): Cell {
  const { scale, digits } = FORMS[name];
  if (!Number.isFinite(change.mean)) return NONE;
  const sign = change.mean > 0 ? '+' : '';
  const text = `${sign}${decimal(change.mean * scale, digits)} ±${decimal(marginOf(change) * scale, digits)}`;
  if (!isClear(change)) return { text, tone: 'quiet' };
  const wantsMore = MEASURES.find((one) => one.name === name)!.better === 'more';
  return { text, tone: change.mean > 0 === wantsMore ? 'good' : 'bad' };
}

function isClear({ low, high }: Estimate): boolean {
  return low > 0 || high < 0;
}

function samplingBlocks({ shares }: Ablation): Block[] {
  const errors = shares.flatMap(({ samplingError }) =>
    samplingError?.fidelity === undefined ? [] : [samplingError.fidelity],
  );
  if (errors.length === 0) return [];
  const most = Math.max(...errors);
  return [
    paragraph(
      `Sampling alone leaves each share of fidelity uncertain by up to ±${decimal(most * 100, 2)} points.`,
      'quiet',
    ),
  ];
}

// --- pairs -----------------------------------------------------------------------------------------------------------

function pairBlocks(ablation: Ablation): Block[] {
  const { interactions } = ablation;
  if (interactions.length === 0) return [];
  const names = measuresShown(ablation);
  const clear = interactions.filter(({ index }) => names.some((name) => isClear(index[name]!)));
  const rest = interactions.length - clear.length;
  const about =
    'What a pair changes beyond what each of the two changes alone (Shapley interaction): of a good thing, above 0 they help each other; ' +
    'below 0 they get in each other’s way, or one does what the other does too.';
  const blocks: Block[] = [heading('Pairs'), paragraph(about, 'quiet')];
  if (clear.length > 0) {
    const rows = clear.map(({ layers, index }): Cell[] => [
      layers.join(' + '),
      ...names.map((name) => changeCell(name, index[name]!)),
    ]);
    blocks.push(table([{ head: 'layers' }, ...columnsFor(names, true)], rows));
  }
  if (rest > 0)
    blocks.push(
      paragraph(`${plural(rest, clear.length === 0 ? 'pair' : 'other pair')} without a clear interaction.`, 'quiet'),
    );
  return blocks;
}

// --- sets of layers --------------------------------------------------------------------------------------------------

/** Of more sets than this only those are shown that are minimal, best, the whole or nothing. */
const MOST_SURFACES = 16;

function surfaceTable(ablation: Ablation): Block {
  const { surfaces, layers } = ablation;
  const isNotable = (surface: Surface): boolean =>
    surface.minimal || surface.pareto || surface.layers.length === 0 || surface.layers.length === layers.length;
  const shown = surfaces.length <= MOST_SURFACES ? surfaces : surfaces.filter(isNotable);
  const names = measuresShown(ablation).filter((name) => name !== 'success' || !ablation.measures.includes('fidelity'));
  const columns: Column[] = [{ head: 'layers' }, ...columnsFor(names, false), { head: 'objective' }, { head: '' }];
  const rows = shown.map((surface): Cell[] => [
    nameOfSurface(surface),
    ...names.map((name) => valueCell(name, surface.figures[name]!)),
    surface.meetsObjective ? { text: 'met', tone: 'good' } : { text: 'not met', tone: 'bad' },
    [...(surface.minimal ? ['minimal'] : []), ...(surface.pareto ? ['Pareto'] : [])].join(', '),
  ]);
  return table(columns, rows);
}

function valueCell(name: MeasureName, { mean }: Estimate): Cell {
  const { scale, digits } = FORMS[name];
  return Number.isFinite(mean) ? decimal(mean * scale, digits) : NONE;
}

// --- kills -----------------------------------------------------------------------------------------------------------

function blameBlocks({ blame, design, seeds }: Ablation): Block[] {
  if (blame === null) return [];
  const both = blame.needBoth.filter(({ share }) => share.low > 0);
  const either = blame.eitherSuffices.filter(({ share }) => share.low > 0);
  return [
    heading(`What the kills of \`${design}\` need`),
    paragraph(
      `Of the ${decimal(blame.kills.mean, 0)} requests that it kills, re-keying its draws alone revives ` +
        `${decimal(blame.byChance.mean * 100, 0)} %: that is taken out of the shares below.`,
      'quiet',
    ),
    table(
      [{ head: 'layer' }, { head: 'kills that need it', unit: '%, ±95%', align: 'right' }],
      blame.single.map(({ layers: [layer], share }): Cell[] => [layer, shareCell(share, seeds.length)]),
    ),
    ...(both.length + either.length > 0
      ? [pairTable(both, either, seeds.length)]
      : [paragraph('Beyond chance no kill needs both of two layers, and of none either suffices.', 'quiet')]),
  ];
}

// --- one sentence ----------------------------------------------------------------------------------------------------

/** The whole ablation in one sentence. */
export function ablationSentence(ablation: Ablation): string {
  const { objective, design, surfaces, layers } = ablation;
  const wanted = `${objective.that.map((that) => `\`${that}\``).join(' and ')}${objective.source === 'default' ? ' (the default objective)' : ''}`;
  const minimal = minimalSurfaces(ablation);
  const best = bestSurface(ablation);
  const measure = ablation.measures.includes('fidelity') ? 'fidelity' : 'success';
  const bestText = `\`${nameOfSurface(best)}\` does best with ${percent(best.figures[measure]!.mean)} ${measure}`;
  if (minimal.length === 0) return `No set of the layers meets ${wanted}; ${bestText}.`;
  const smallest = minimal.filter((one) => one.layers.length === minimal[0].layers.length);
  const names = smallest.map((one) => `\`${nameOfSurface(one)}\``).join(' or ');
  const whole = surfaces.find((one) => one.layers.length === layers.length)!;
  const itself = whole.meetsObjective ? 'meets it too' : 'does not meet it';
  if (minimal[0].layers.length === layers.length)
    return `It takes all layers of \`${design}\` to meet ${wanted}; ${bestText}.`;
  return `${names} ${smallest.length === 1 ? 'is enough' : 'are each enough'} to meet ${wanted}; \`${design}\` ${itself}; ${bestText}.`;
}

// --- rows ------------------------------------------------------------------------------------------------------------

/** Shares, interactions and the figures of every set in long form, one a row. */
export function ablationCsv(ablation: Ablation): Parameters<typeof renderCsv>[0] {
  const { scenario, design, shares, interactions, surfaces, whole } = ablation;
  const rows = (what: string, of: string, estimates: Estimates): (string | number)[][] =>
    ablation.measures.map((name) => {
      const { mean, low, high } = estimates[name]!;
      return [scenario, design, what, of, name, mean, low, high];
    });
  return [
    ['scenario', 'design', 'what', 'layers', 'measure', 'mean', 'low', 'high'],
    ...shares.flatMap(({ layer, share }) => rows('share', layer, share)),
    ...rows('difference', '', whole.difference),
    ...interactions.flatMap(({ layers, index }) => rows('interaction', layers.join(' '), index)),
    ...surfaces.flatMap(({ layers, figures, meetsObjective, minimal }) =>
      rows(minimal ? 'minimal set' : meetsObjective ? 'sufficient set' : 'set', layers.join(' '), figures),
    ),
  ];
}
